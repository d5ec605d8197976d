import type { JSX } from 'preact';

import { nowMs } from '../../state/clock.ts';
import { formatAgo } from '../../state/format.ts';
import type { Crossing } from '../../state/visits.ts';
import { ClientLink } from './client-link.tsx';
import type { HerdMap } from './herd-map.ts';
import './crossings.css';

interface CrossingsProps {
  readonly crossings: readonly Crossing[];
  readonly map: HerdMap | undefined;
}

/** Who entered and left geofences, the newest first. */
export function Crossings({ crossings, map }: CrossingsProps): JSX.Element {
  return (
    <section class="crossings" aria-label="Who came and went" aria-live="polite">
      <h3>Who came and went</h3>
      {crossings.length === 0 && (
        <p class="quiet">Nobody, since this panel was opened. Who does is listed here at once.</p>
      )}
      <ol>
        {crossings.map(({ id, kind, geofence, client, atMs }) => (
          <li key={id}>
            <span class={kind === 'enter' ? 'dot good' : 'dot'} />
            <span class="crossing-text">
              <ClientLink client={client} map={map} /> {kind === 'enter' ? 'entered' : 'left'}{' '}
              <bdi>{geofence}</bdi>
            </span>
            <span class="quiet crossing-time" aria-live="off">
              {formatAgo((nowMs.value - atMs) / 1000)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
