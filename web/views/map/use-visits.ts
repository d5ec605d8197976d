import { useEffect, useState } from 'preact/hooks';

import { connection } from '../../state/connection.ts';
import { pause } from '../../state/pause.ts';
import { Visits } from '../../state/visits.ts';

/** A stream asks for so many geofences at most. */
export const MOST_FOLLOWED = 100;
/** How long to wait before the stream is asked for again, in milliseconds. */
const TRY_AGAIN_MS = 5000;

/** Follows the clients in these geofences, and those that enter and leave; `undefined`: not known yet. */
export function useVisits(names: readonly string[]): Visits | undefined {
  const [shown, setShown] = useState<{ readonly visits: Visits }>();
  const key = JSON.stringify(names.slice(0, MOST_FOLLOWED));
  const herd = connection.value;
  useEffect(() => {
    const geofences = names.slice(0, MOST_FOLLOWED);
    if (geofences.length === 0) return;
    const closing = new AbortController();
    const { signal } = closing;
    const visits = new Visits();
    let frame = 0;
    const follow = async (): Promise<void> => {
      for await (const event of herd.subscribe({ geofences }, { signal })) {
        visits.take(event, Date.now());
        if (frame !== 0 || !visits.isWhole) continue;
        frame = requestAnimationFrame(() => {
          frame = 0;
          setShown({ visits });
        });
      }
    };
    const keepFollowing = async (): Promise<void> => {
      while (!signal.aborted) {
        await follow().catch(() => undefined); // the status line says what is wrong
        await pause(TRY_AGAIN_MS, signal);
      }
    };
    void keepFollowing();
    return () => {
      closing.abort('closed');
      cancelAnimationFrame(frame);
    };
  }, [herd, key]);
  return shown?.visits;
}
