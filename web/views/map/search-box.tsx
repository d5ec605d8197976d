import { useEffect, useId, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Location } from 'proxy-herd/client';

import { navigate } from '../../route/router.ts';
import { cards, nameOf } from '../../state/cards.ts';
import { connection } from '../../state/connection.ts';
import { clients, coverage } from '../../state/live.ts';
import { shownText } from '../../state/shown-text.ts';
import { SearchIcon } from '../../ui/icons.tsx';
import type { HerdMap } from './herd-map.ts';
import { toWorld } from './mercator.ts';
import { loadPlaces, type NamedPlace } from './places.ts';
import { search, type Found, type NamedClient } from './search.ts';
import { useHerdSearch } from './use-herd-search.ts';
import './search-box.css';

/** How near a place is looked at, by its inhabitants. */
const CITY_ZOOM = 11;
const TOWN_ZOOM = 12.5;

/** Finds clients and places by their names. */
export function SearchBox({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  const id = useId();
  const [text, setText] = useState('');
  const [places, setPlaces] = useState<readonly NamedPlace[]>([]);
  const [active, setActive] = useState(0);
  useEffect(() => {
    if (text === '') return;
    void loadPlaces().then(setPlaces, () => undefined); // clients are found all the same
  }, [text === '']);
  const { found: elsewhere, isAsking } = useHerdSearch(text);
  const found = search(text, namesOf(elsewhere), places);
  const choose = (chosen: Found): void => {
    setText('');
    if (chosen.kind === 'client') {
      navigate('map', chosen.client);
      const at = elsewhere.find(({ client }) => client === chosen.client);
      if (map !== undefined && !map.goToClient(chosen.client)) void goTo(chosen.client, at, map);
    } else {
      const { latitude, longitude, population } = chosen.place;
      map?.goTo(toWorld(latitude, longitude), population > 500_000 ? CITY_ZOOM : TOWN_ZOOM);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setActive((active + step + found.length) % found.length);
    }
    const chosen = found[active];
    if (event.key === 'Enter' && chosen !== undefined) choose(chosen);
    if (event.key === 'Escape' && text !== '') {
      event.preventDefault(); // a panel stays open
      setText('');
    }
  };
  return (
    <div class="search" role="search">
      <SearchIcon />
      <input
        class="search-field"
        type="text"
        role="combobox"
        aria-label="Find a client or a place"
        aria-expanded={text !== ''}
        aria-controls={text === '' ? undefined : `${id}-found`}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        placeholder="Find a client or a place"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {text !== '' && (
        <FoundList id={id} found={found} isAsking={isAsking} active={active} onChoose={choose} />
      )}
    </div>
  );
}

interface FoundListProps {
  readonly id: string;
  readonly found: readonly Found[];
  /** Whether the herd may find more. */
  readonly isAsking: boolean;
  /** The one that Enter chooses. */
  readonly active: number;
  readonly onChoose: (chosen: Found) => void;
}

function FoundList({ id, found, isAsking, active, onChoose }: FoundListProps): JSX.Element {
  return (
    <ul class="search-found" id={`${id}-found`} role="listbox" aria-label="Found">
      {found.map((each, n) => (
        <li
          key={n}
          id={`${id}-${n}`}
          role="option"
          aria-selected={n === active}
          class="search-option"
          onClick={() => onChoose(each)}
        >
          <bdi>{each.kind === 'client' ? each.name : each.place.name}</bdi>
          <span class="quiet">
            {each.kind === 'client' && each.name !== shownText(each.client) ? (
              <bdi>{shownText(each.client)}</bdi>
            ) : (
              each.kind
            )}
          </span>
        </li>
      ))}
      {found.length === 0 && (
        <li class="search-option" role="option" aria-selected={false} aria-disabled={true}>
          <span class="quiet">
            {isAsking
              ? 'Asking the herd …'
              : 'Nothing has this name. Places are known from 15,000 inhabitants on.'}
          </span>
        </li>
      )}
    </ul>
  );
}

/** Goes to a client that is not on the map: where it was found, or where the herd says that it is. */
async function goTo(client: string, found: Location | undefined, map: HerdMap): Promise<void> {
  try {
    const at = found ?? (await connection.peek().locate(client));
    if (at !== undefined) map.goTo(toWorld(at.latitude, at.longitude), TOWN_ZOOM);
  } catch {
    // its panel says that it is not known where it is
  }
}

/** Of all clients that the page has, of those that it was told of, and of those that have a card. */
function* namesOf(elsewhere: readonly Location[]): Iterable<NamedClient> {
  const others = new Set(elsewhere.map(({ client }) => client));
  if (coverage.value.kind !== 'all') for (const client of cards.value.keys()) others.add(client);
  for (const client of others) yield { client, name: nameOf(client) };
  for (const { location } of clients.values()) {
    const { client } = location;
    if (!others.has(client)) yield { client, name: nameOf(client) };
  }
}
