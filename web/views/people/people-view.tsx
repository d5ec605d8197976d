import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { navigate, route, setOptions } from '../../route/router.ts';
import { access } from '../../state/access.ts';
import { cardsFailure, nameOf } from '../../state/cards.ts';
import { connection } from '../../state/connection.ts';
import { formatNumberOf } from '../../state/format.ts';
import { groups, groupsFailure, groupsOf } from '../../state/groups.ts';
import { herdSummary } from '../../state/herd.ts';
import { Notice } from '../../ui/notice.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { AddPhonePanel } from './add-phone/add-phone-panel.tsx';
import { PeopleTable } from './people-table.tsx';
import { listPeople, patternOf, SORTS, type Person } from './person.ts';
import { PersonPanel } from './person-panel.tsx';
import { MOST_LISTED, Roster } from './roster.ts';
import './people-view.css';

/** A text is looked for at the herd when nobody has typed for so long, in milliseconds. */
const TYPED_MS = 300;

/** Who is in the herd, when each was last heard, and how to bring in others. */
export function PeopleView(): JSX.Element {
  const { item, options } = route.value;
  const { q: text = '', group, add } = options;
  const sort = SORTS.find((each) => each === options['sort']) ?? 'name';
  const roster = useRoster(text, group);
  void roster.version.value; // drawn anew when it changes
  const people = peopleOf(roster);
  const listed = listPeople(people, { text, group }, sort);
  const selected = people.find(({ client }) => client === item);
  return (
    <div class="people">
      <div class="page">
        <header class="people-head">
          <h1>People</h1>
          {access.value?.operate === true && (
            <button
              type="button"
              class="button primary"
              onClick={() => {
                navigate('people');
                setOptions({ add: 'phone' });
              }}
            >
              <PlusIcon /> Add a phone
            </button>
          )}
        </header>
        <Filters text={text} group={group} />
        <Failures />
        <p class="quiet" role="status">
          {roster.state.value === 'complete' && countOf(listed.length, people.length)}
        </p>
        {listed.length > 0 && roster.state.value !== 'too many' && (
          <PeopleTable key={`${text} ${group}`} people={listed} sort={sort} />
        )}
        <Empty
          roster={roster}
          isFiltered={text !== '' || group !== undefined}
          found={listed.length}
        />
      </div>
      {add === 'phone' ? (
        <AddPhonePanel />
      ) : (
        item !== undefined && (
          <PersonPanel
            key={item}
            client={item}
            person={selected}
            isKnown={roster.state.value !== 'loading'}
          />
        )
      )}
    </div>
  );
}

/** The clients that the list is made of: all, or in a herd that is too large for that those who match. */
function useRoster(text: string, group: string | undefined): Roster {
  const [roster] = useState(() => new Roster());
  const [isLarge, setLarge] = useState(false);
  const herd = connection.value;
  const wantedText = isLarge ? text.trim() : '';
  const wantedGroup = isLarge ? group : undefined;
  useEffect(() => {
    const closing = new AbortController();
    const name = wantedText === '' ? undefined : patternOf(wantedText);
    const start = async (): Promise<void> => {
      await roster.follow(herd, { name, group: wantedGroup }, closing.signal);
      if (roster.state.peek() === 'too many') setLarge(true);
    };
    const timer = setTimeout(() => void start(), wantedText === '' ? 0 : TYPED_MS);
    return () => {
      clearTimeout(timer);
      closing.abort('closed');
    };
  }, [roster, herd, wantedText, wantedGroup]);
  return roster;
}

function peopleOf(roster: Roster): readonly Person[] {
  return Array.from(roster.clients.values(), ({ location, fixMs }) => {
    const { client, lastSeenAt, batteryPercent, charging } = location;
    const sign = roster.seenOf(client);
    const toldMs = Date.parse(lastSeenAt);
    const signMs = sign === undefined ? 0 : Date.parse(sign.lastSeenAt);
    const isNewer = sign !== undefined && signMs > toldMs;
    return {
      client,
      name: nameOf(client),
      groups: groupsOf(client),
      location,
      fixMs,
      seenMs: Math.max(toldMs, signMs),
      batteryPercent: (isNewer ? sign.batteryPercent : undefined) ?? batteryPercent,
      charging: (isNewer ? sign.charging : undefined) ?? charging ?? false,
    };
  });
}

interface FiltersProps {
  readonly text: string;
  readonly group: string | undefined;
}

function Filters({ text, group }: FiltersProps): JSX.Element {
  const names = useMemo(() => groups.value.map(({ name }) => name), [groups.value]);
  return (
    <search class="people-filters">
      <input
        class="field"
        type="search"
        placeholder="Find by name or ID"
        aria-label="Find by name or ID"
        value={text}
        onInput={({ currentTarget: { value } }) =>
          setOptions({ q: value === '' ? undefined : value })
        }
      />
      {(names.length > 0 || group !== undefined) && (
        <select
          class="field"
          aria-label="Group"
          value={group ?? ''}
          onChange={({ currentTarget: { value } }) =>
            setOptions({ group: value === '' ? undefined : value })
          }
        >
          <option value="">All groups</option>
          {[...new Set([...names, ...(group === undefined ? [] : [group])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </search>
  );
}

/** What the list may lack. */
function Failures(): JSX.Element {
  const failures = [
    cardsFailure.value === undefined ? [] : [`Names may be missing: ${cardsFailure.value}`],
    groupsFailure.value === undefined ? [] : [`Groups may be missing: ${groupsFailure.value}`],
  ].flat();
  return (
    <>
      {failures.map((failure) => (
        <p key={failure} class="quiet" role="status">
          {failure}
        </p>
      ))}
    </>
  );
}

function countOf(listed: number, all: number): string {
  if (listed === all) return formatNumberOf(all, 'client');
  return `${listed} of ${formatNumberOf(all, 'client')}`;
}

interface EmptyProps {
  readonly roster: Roster;
  readonly isFiltered: boolean;
  readonly found: number;
}

/** What to say where there is no list. */
function Empty({ roster, isFiltered, found }: EmptyProps): JSX.Element | null {
  const state = roster.state.value;
  if (state === 'too many') {
    const all = herdSummary.value?.clients ?? MOST_LISTED;
    return (
      <Notice title={`More than ${formatNumberOf(MOST_LISTED, 'client')}`}>
        <p>
          {isFiltered
            ? 'So many match. Type more of the ID.'
            : `The herd knows ${formatNumberOf(all, 'client')}, more than a list can show. Type a part of an ID, or choose a group.`}
        </p>
      </Notice>
    );
  }
  if (state === 'loading' || found > 0) return null;
  if (roster.clients.size > 0 || isFiltered) {
    return (
      <Notice title="Nobody found">
        <p>No client that you may see has this in its name or ID.</p>
        <button
          type="button"
          class="button"
          onClick={() => setOptions({ q: undefined, group: undefined })}
        >
          Show all
        </button>
      </Notice>
    );
  }
  return (
    <Notice title="Nobody has reported yet">
      <p>A client is here as soon as any server of the herd has received its first report.</p>
    </Notice>
  );
}
