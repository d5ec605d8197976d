import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError, type NearbyLocation } from 'proxy-herd/client';

import { navigate, setOptions } from '../../route/router.ts';
import { nameOf } from '../../state/cards.ts';
import { connection } from '../../state/connection.ts';
import { formatDistance } from '../../state/format.ts';
import { pause } from '../../state/pause.ts';
import type { HerdMap } from './herd-map.ts';
import { RADIUSES_M, type Around } from './near.ts';
import './near-clients.css';

/** They move: they are asked for so often, in milliseconds. */
const EVERY_MS = 4000;
/** The most that are listed. */
const MOST = 20;

interface NearClientsProps extends Around {
  readonly map: HerdMap | undefined;
}

/** Who is near a client or a point, the nearest first. */
export function NearClients({ around, radiusM, map }: NearClientsProps): JSX.Element {
  const [found, setFound] = useState<readonly NearbyLocation[]>();
  const [failure, setFailure] = useState<string>();
  const key = JSON.stringify(around);
  useEffect(() => {
    const closing = new AbortController();
    void follow({ around, radiusM }, closing.signal, setFound, setFailure);
    return () => closing.abort('closed');
  }, [key, radiusM]);
  useEffect(() => () => map?.highlight(undefined), [map]);
  return (
    <section class="near" aria-label="Who is near">
      <div class="near-radiuses" role="group" aria-label="Within">
        {RADIUSES_M.map((each) => (
          <button
            key={each}
            type="button"
            class="near-radius"
            aria-pressed={each === radiusM}
            onClick={() => {
              setOptions({ near: String(each) });
              map?.showNear({ around, radiusM: each });
              map?.fitNear();
            }}
          >
            {formatRadius(each)}
          </button>
        ))}
      </div>
      {failure !== undefined && <p role="alert">Not known: {failure}</p>}
      {found?.length === 0 && <p class="quiet">Nobody is within {formatRadius(radiusM)}.</p>}
      <ol class="near-list">
        {found?.map((each) => (
          <NearClient key={each.client} found={each} map={map} />
        ))}
      </ol>
      {found?.length === MOST && <p class="quiet">These are the {MOST} nearest.</p>}
    </section>
  );
}

interface NearClientProps {
  readonly found: NearbyLocation;
  readonly map: HerdMap | undefined;
}

function NearClient({ found, map }: NearClientProps): JSX.Element {
  const { client, distanceM } = found;
  const point = (): void => map?.highlight(client);
  const leave = (): void => map?.highlight(undefined);
  return (
    <li>
      <button
        type="button"
        class="near-client"
        onMouseEnter={point}
        onFocus={point}
        onMouseLeave={leave}
        onBlur={leave}
        onClick={() => {
          setOptions({ point: undefined, near: undefined });
          navigate('map', client);
          map?.goToClient(client);
        }}
      >
        <bdi>{nameOf(client)}</bdi>
        <span class="quiet">{formatDistance(distanceM)}</span>
      </button>
    </li>
  );
}

async function follow(
  { around, radiusM }: Around,
  closed: AbortSignal,
  show: (found: readonly NearbyLocation[]) => void,
  fail: (reason: string | undefined) => void,
): Promise<void> {
  while (!closed.aborted) {
    try {
      const found: NearbyLocation[] = [];
      const filter = { radiusM, limit: MOST };
      for await (const each of connection.peek().near(around, filter, { signal: closed })) {
        found.push(each);
      }
      show(found);
      fail(undefined);
    } catch (error) {
      if (closed.aborted) return;
      fail(error instanceof HerdError ? error.message : 'it could not be asked for');
    }
    await pause(EVERY_MS, closed);
  }
}

function formatRadius(metres: number): string {
  return metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
}
