import { computed, signal } from '@preact/signals';
import { HerdError } from 'proxy-herd/client';

import { askRepeatedly } from './ask-repeatedly.ts';
import { coversClient, parsePattern } from './client-pattern.ts';
import { noteUnauthorized } from './connection.ts';
import { request } from './request.ts';
import { hasList } from './shape.ts';

/** The operator may change them: they are asked for so often, in milliseconds. */
const EVERY_MS = 30_000;

/** Clients under a name. */
interface Group {
  readonly name: string;
  /** Patterns of their IDs. */
  readonly clients: readonly string[];
}

/** The groups that the user may see; none where there is no access file. */
export const groups = signal<readonly Group[]>([]);

/** Why it is not known which groups there are; `undefined`: it is. */
export const groupsFailure = signal<string | undefined>(undefined);

/** What says in which groups a client is. It is another one when the groups change, and remembers what it has said. */
const membership = computed(() => {
  const parsed = groups.value.map(({ name, clients }) => {
    return { name, patterns: clients.map(parsePattern) };
  });
  const known = new Map<string, readonly string[]>();
  return (client: string): readonly string[] => {
    let names = known.get(client);
    if (names === undefined) {
      names = parsed.flatMap(({ name, patterns }) => {
        return patterns.some((pattern) => coversClient(pattern, client)) ? [name] : [];
      });
      known.set(client, names);
    }
    return names;
  };
});

/** The names of the groups that a client is in, in the order of `groups`. Who calls it in an effect is told of changes. */
export function groupsOf(client: string): readonly string[] {
  return membership.value(client);
}

/** Follows the groups. Returns what ends that. */
export function followGroups(): () => void {
  return askRepeatedly(EVERY_MS, refresh);
}

async function refresh(closed: AbortSignal): Promise<void> {
  try {
    const { groups: next } = await request('GET', '/v1/groups', isGroups, { signal: closed });
    if (JSON.stringify(next) !== JSON.stringify(groups.peek())) groups.value = next;
    groupsFailure.value = undefined;
  } catch (error) {
    if (closed.aborted || noteUnauthorized(error)) return;
    groupsFailure.value = error instanceof HerdError ? error.message : String(error);
  }
}

function isGroups(value: unknown): value is { readonly groups: readonly Group[] } {
  return hasList(value, 'groups');
}
