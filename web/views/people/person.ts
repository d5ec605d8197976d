import type { Location } from 'proxy-herd/client';

/** A client as the list shows it. */
export interface Person {
  readonly client: string;
  /** What it is called: its name, or its ID. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly location: Location;
  /** When it was there, in milliseconds since 1970. */
  readonly fixMs: number;
  /** When a server last received anything of it, in milliseconds since 1970. */
  readonly seenMs: number;
  readonly batteryPercent: number | undefined;
  readonly charging: boolean;
}

/** What the list can be in the order of. */
export const SORTS = ['name', 'fix', 'seen', 'battery'] as const;
export type Sort = (typeof SORTS)[number];

/** Whether a person is one that is looked for. */
export interface PeopleFilter {
  /** A part of the name or the ID, whatever the case. */
  readonly text: string;
  readonly group: string | undefined;
}

/** Bus 2 comes before bus 10. */
const byName = new Intl.Collator(undefined, { numeric: true });

/** Those who are looked for, in an order: the freshest, the first by name, or the emptiest battery first. */
export function listPeople(
  people: readonly Person[],
  { text, group }: PeopleFilter,
  sort: Sort,
): readonly Person[] {
  const wanted = text.trim().toLocaleLowerCase();
  return people
    .filter((person) => {
      if (group !== undefined && !person.groups.includes(group)) return false;
      return [person.name, person.client].some((each) => {
        return each.toLocaleLowerCase().includes(wanted);
      });
    })
    .sort((a, b) => compareBy(sort, a, b) || byName.compare(a.name, b.name) || compareIds(a, b));
}

function compareBy(sort: Sort, a: Person, b: Person): number {
  switch (sort) {
    case 'seen':
      return b.seenMs - a.seenMs;
    case 'fix':
      return b.fixMs - a.fixMs;
    case 'battery':
      return (a.batteryPercent ?? Infinity) - (b.batteryPercent ?? Infinity) || 0;
    case 'name':
      return 0;
  }
}

function compareIds(a: Person, b: Person): number {
  return a.client < b.client ? -1 : 1;
}

/** A text as a pattern of client IDs that contain it. */
export function patternOf(text: string): string {
  return `*${text.trim().replace(/[*\\]/g, '\\$&')}*`;
}
