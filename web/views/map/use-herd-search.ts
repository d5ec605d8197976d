import { useEffect, useState } from 'preact/hooks';
import type { Location } from 'proxy-herd/client';

import { connection } from '../../state/connection.ts';
import { coverage } from '../../state/live.ts';
import { spellingsOf } from './search.ts';

/** Who goes on writing within this is not answered in between, in milliseconds. */
const WRITES_ON_MS = 200;
/** What the herd has not found within this is not worth waiting for, in milliseconds. */
const FOUND_WITHIN_MS = 15_000;
/** The most clients that are asked for. */
const MOST = 6;

/** What the herd has found, and whether it may find more. */
export interface HerdSearch {
  readonly found: readonly Location[];
  readonly isAsking: boolean;
}

/** Clients whose IDs have a text in them, in small letters or capitals, asked of the herd where the page does not have them all itself. */
export function useHerdSearch(text: string): HerdSearch {
  const [found, setFound] = useState<readonly Location[]>([]);
  const [isAsking, setAsking] = useState(false);
  const wanted = coverage.value.kind === 'all' ? '' : text.trim();
  useEffect(() => {
    setFound([]);
    setAsking(wanted !== '');
    if (wanted === '') return undefined;
    const closing = new AbortController();
    const ask = async (): Promise<void> => {
      await find(wanted, closing.signal, setFound);
      if (!closing.signal.aborted) setAsking(false);
    };
    const timer = setTimeout(() => void ask(), WRITES_ON_MS);
    return () => {
      clearTimeout(timer);
      closing.abort();
    };
  }, [wanted]);
  return { found, isAsking };
}

/** Shows each as it is found: the one of just this ID first. */
async function find(
  text: string,
  closed: AbortSignal,
  show: (found: readonly Location[]) => void,
): Promise<void> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(FOUND_WITHIN_MS)]);
  const herd = connection.peek();
  const found = new Map<string, Location>();
  const add = (location: Location): void => {
    found.set(location.client, location);
    if (!closed.aborted) show([...found.values()]);
  };
  try {
    const exact = await herd.locate(text, { signal });
    if (exact !== undefined) add(exact);
  } catch {
    // no ID looks like this, or this one may not be read: others may have it in them
  }
  try {
    for (const spelling of spellingsOf(text)) {
      const name = `*${spelling.replaceAll(/[*\\]/g, String.raw`\$&`)}*`;
      for await (const each of herd.clients({ name, limit: MOST }, { signal })) add(each);
      if (found.size >= MOST) break;
    }
  } catch {
    // what was found until then is shown; that the herd does not answer the status line says
  }
}
