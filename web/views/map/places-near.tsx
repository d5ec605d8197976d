import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError, type NearbyPlaces } from 'proxy-herd/client';

import { connection } from '../../state/connection.ts';
import { formatDistance } from '../../state/format.ts';
import { htmlToText } from './attribution.ts';

const RADIUS_M = 20_000;
const LIMIT = 6;

/** The places near a client, as `WHATSAT` answers them, when they are asked for: an upstream may cost something. */
export function PlacesNear({ client }: { readonly client: string }): JSX.Element {
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<NearbyPlaces>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (asked === 0) return;
    const closing = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const options = { signal: closing.signal };
        setAnswer(
          await connection.value.places(client, { radiusM: RADIUS_M, limit: LIMIT }, options),
        );
        setFailure(undefined);
      } catch (error) {
        if (closing.signal.aborted) return;
        setFailure(error instanceof HerdError ? error.message : 'they could not be asked for');
      }
    };
    void ask();
    return () => closing.abort('closed');
  }, [asked, client]);
  return (
    <section class="places" aria-label="Places near here">
      <button type="button" class="button" onClick={() => setAsked(asked + 1)}>
        {answer === undefined ? 'Places near here' : 'Ask again'}
      </button>
      {failure !== undefined && <p role="alert">No places: {failure}</p>}
      {answer?.places.length === 0 && <p>There is none within {formatDistance(RADIUS_M)}.</p>}
      <ol class="places-list">
        {answer?.places.map(({ id, name, distanceM, vicinity }) => (
          <li key={id}>
            <bdi>{name}</bdi>
            <span class="quiet">{formatDistance(distanceM)}</span>
            {vicinity !== '' && <bdi class="quiet places-vicinity">{vicinity}</bdi>}
          </li>
        ))}
      </ol>
      {answer?.attributions.map((html) => (
        <p key={html} class="quiet">
          {htmlToText(html)}
        </p>
      ))}
    </section>
  );
}
