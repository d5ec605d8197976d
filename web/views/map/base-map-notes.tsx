import type { JSX } from 'preact';

import type { HerdMap } from './herd-map.ts';
import { baseMap } from './map-options.ts';
import './base-map-notes.css';

/** OpenStreetMap asks for a link wherever one can be shown (https://osmfoundation.org/wiki/Licence/Attribution_Guidelines). */
const OPENSTREETMAP = 'https://www.openstreetmap.org/copyright';

/** Whom the map under the clients is by. */
export function Attribution(): JSX.Element {
  return (
    <ul class="map-attribution" aria-label="The map is by">
      {baseMap.value.attribution.map((text) => (
        <li key={text}>
          {text.includes('OpenStreetMap') ? (
            <a href={OPENSTREETMAP} target="_blank" rel="noreferrer">
              {text}
            </a>
          ) : (
            text
          )}
        </li>
      ))}
    </ul>
  );
}

/** Why the street map is not there, where it should be. */
export function StreetMapFailure({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  const { failure } = baseMap.value;
  return (
    <div class="street-map-failure" role="status">
      {failure !== undefined && (
        <div class="street-map-note">
          <p>The street map is not shown: {failure}.</p>
          <button type="button" class="button" onClick={() => void map?.base.load()}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
