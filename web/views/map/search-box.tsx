import { useEffect, useId, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Location } from 'proxy-herd/client';

import { navigate } from '../../route/router.ts';
import { nameOf } from '../../state/cards.ts';
import { clients } from '../../state/live.ts';
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
  const elsewhere = useHerdSearch(text);
  const found = search(text, namesOf(elsewhere), places);
  const choose = (chosen: Found): void => {
    setText('');
    if (chosen.kind === 'client') {
      navigate('map', chosen.client);
      const at = elsewhere.find(({ client }) => client === chosen.client);
      const isThere = map?.goToClient(chosen.client) === true;
      if (!isThere && at !== undefined) map?.goTo(toWorld(at.latitude, at.longitude), TOWN_ZOOM);
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
      {text !== '' && <FoundList id={id} found={found} active={active} onChoose={choose} />}
    </div>
  );
}

interface FoundListProps {
  readonly id: string;
  readonly found: readonly Found[];
  /** The one that Enter chooses. */
  readonly active: number;
  readonly onChoose: (chosen: Found) => void;
}

function FoundList({ id, found, active, onChoose }: FoundListProps): JSX.Element {
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
            Nothing has this name. Places are known from 15,000 inhabitants on.
          </span>
        </li>
      )}
    </ul>
  );
}

/** Of all clients that the page has, and of those that it was told of. */
function* namesOf(elsewhere: readonly Location[]): Iterable<NamedClient> {
  const others = new Set(elsewhere.map(({ client }) => client));
  for (const client of others) yield { client, name: nameOf(client) };
  for (const { location } of clients.values()) {
    const { client } = location;
    if (!others.has(client)) yield { client, name: nameOf(client) };
  }
}
