import { signal } from '@preact/signals';

import { pause } from '../../state/pause.ts';
import { request } from '../../state/request.ts';
import { hasList } from '../../state/shape.ts';
import type { HerdHistory } from './history.ts';

/** How often the history is asked for, in milliseconds: as often as servers look. */
const ASK_EVERY_MS = 5000;
/** The same while nobody looks. */
const HIDDEN_EVERY_MS = 15_000;

function isHistory(value: unknown): value is HerdHistory {
  return hasList(value, 'times') && hasList(value, 'servers');
}

/** The history, as long as the view is shown; `undefined`: not known yet. */
export const history = signal<HerdHistory | undefined>(undefined);

/**
 * Asks for the history again and again, until what is returned is called.
 *
 * @param only the one server of which it is wanted; of all where it gives `undefined`
 */
export function followHistory(only: () => string | undefined): () => void {
  const closing = new AbortController();
  void follow(only, closing.signal);
  return () => closing.abort('closed');
}

async function follow(only: () => string | undefined, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const server = only();
    const query = server === undefined ? '' : `?server=${encodeURIComponent(server)}`;
    try {
      history.value = await request('GET', `/v1/herd/history${query}`, isHistory, { signal });
    } catch {
      // The charts stay as they are: that no server answers is said elsewhere.
    }
    await pause(document.hidden ? HIDDEN_EVERY_MS : ASK_EVERY_MS, signal);
  }
}
