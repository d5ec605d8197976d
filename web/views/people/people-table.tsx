import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { navigate, route, setOptions } from '../../route/router.ts';
import { nowMs } from '../../state/clock.ts';
import {
  formatAgo,
  formatCount,
  formatNumberOf,
  formatSpeed,
  formatTime,
} from '../../state/format.ts';
import { groups } from '../../state/groups.ts';
import { shownText } from '../../state/shown-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { Battery } from './battery.tsx';
import type { Person, Sort } from './person.ts';
import { isFresh, PersonState } from './person-state.tsx';
import './people-table.css';

/** So many rows are there at first, and more with each step: a browser lays these out at once. */
const ROWS = 100;

interface PeopleTableProps {
  readonly people: readonly Person[];
  readonly sort: Sort;
}

/** The clients, a row each. */
export function PeopleTable({ people, sort }: PeopleTableProps): JSX.Element {
  const [rows, setRows] = useState(ROWS);
  const more = people.length - rows;
  const hasGroups = groups.value.length > 0;
  return (
    <>
      <TableFrame label="Clients">
        <thead>
          <tr>
            <SortHead of="name" sort={sort} text="client" />
            {hasGroups && (
              <th scope="col" class="wide-only">
                group
              </th>
            )}
            <th scope="col" class="not-on-phone">
              state
            </th>
            <SortHead of="fix" sort={sort} text="last fix" />
            <SortHead of="seen" sort={sort} text="last seen" isWide />
            <th scope="col" class="number wide-only">
              speed
            </th>
            <SortHead of="battery" sort={sort} text="battery" />
            <th scope="col" class="wide-only roomy-only">
              heard by
            </th>
          </tr>
        </thead>
        <tbody>
          {people.slice(0, rows).map((person) => (
            <PersonRow key={person.client} person={person} hasGroups={hasGroups} />
          ))}
        </tbody>
      </TableFrame>
      {more > 0 && (
        <p class="people-more">
          {formatNumberOf(more, 'more client')}: find them by name, or
          <button type="button" class="button" onClick={() => setRows(rows + 2 * ROWS)}>
            Show {formatCount(Math.min(more, 2 * ROWS))} more
          </button>
        </p>
      )}
    </>
  );
}

interface SortHeadProps {
  readonly of: Sort;
  readonly sort: Sort;
  readonly text: string;
  readonly isWide?: boolean;
}

function SortHead({ of, sort, text, isWide = false }: SortHeadProps): JSX.Element {
  const isSorted = of === sort;
  return (
    <th
      scope="col"
      class={isWide ? 'wide-only' : undefined}
      aria-sort={
        isSorted ? (of === 'name' || of === 'battery' ? 'ascending' : 'descending') : 'none'
      }
    >
      <button type="button" class="sort-head" onClick={() => setOptions({ sort: of })}>
        {text}
        {isSorted && <span aria-hidden="true"> ↓</span>}
      </button>
    </th>
  );
}

interface PersonRowProps {
  readonly person: Person;
  readonly hasGroups: boolean;
}

function PersonRow({ person, hasGroups }: PersonRowProps): JSX.Element {
  const { client, name, fixMs, seenMs, batteryPercent, charging } = person;
  const { speedMps, server } = person.location;
  const now = nowMs.value;
  const { item, options } = route.value;
  const isSelected = item === client;
  const { add, ...others } = options; // what is added gives way to who is chosen
  return (
    <tr
      class={isSelected ? 'person selected' : 'person'}
      onClick={() => {
        if (add !== undefined) setOptions({ add: undefined });
        navigate('people', client);
      }}
    >
      <th scope="row">
        <a
          class="person-name"
          href={formatRoute({ view: 'people', item: client, options: others })}
          aria-current={isSelected ? 'true' : undefined}
        >
          <Avatar client={client} />
          <span>
            <bdi>{name}</bdi>
            {name !== shownText(client) && <bdi class="person-id">{shownText(client)}</bdi>}
          </span>
        </a>
      </th>
      {hasGroups && (
        <td class="wide-only">
          <bdi>{person.groups.join(', ')}</bdi>
        </td>
      )}
      <td class="not-on-phone">
        <PersonState person={person} nowMs={now} />
      </td>
      <td title={formatTime(fixMs)}>
        {formatAgo((now - fixMs) / 1000)}
        <span class="phone-only">
          <PersonState person={person} nowMs={now} />
        </span>
      </td>
      <td class="wide-only" title={formatTime(seenMs)}>
        {formatAgo((now - seenMs) / 1000)}
      </td>
      <td class="number wide-only">
        {speedMps !== undefined && isFresh(person, now) && formatSpeed(speedMps)}
      </td>
      <td>
        <Battery percent={batteryPercent} isCharging={charging} />
      </td>
      <td class="wide-only roomy-only">{server}</td>
    </tr>
  );
}
