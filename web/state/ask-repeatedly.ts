import { effect } from '@preact/signals';

import { connection } from './connection.ts';
import { pause } from './pause.ts';
import { isSignedOut } from './session.ts';

/**
 * Asks the herd for something again and again, as long as the user may, and at once where the user or the herd is another
 * one: another user may see others.
 *
 * @param everyMs how long to wait after each time, in milliseconds
 * @param ask asks once; what fails is its own concern
 * @returns what ends that
 */
export function askRepeatedly(
  everyMs: number,
  ask: (closed: AbortSignal) => Promise<void>,
): () => void {
  return effect(() => {
    void connection.value;
    if (isSignedOut.value) return;
    const closing = new AbortController();
    void repeat(everyMs, ask, closing.signal);
    return () => closing.abort('closed');
  });
}

async function repeat(
  everyMs: number,
  ask: (closed: AbortSignal) => Promise<void>,
  closed: AbortSignal,
): Promise<void> {
  while (!closed.aborted) {
    await ask(closed);
    await pause(everyMs, closed);
  }
}
