import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.ts';

/** A look may ask a server: the longer it takes, the further the looks are apart, and what is there is seen hardly later. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 50;
const PAUSE_PER_MS_WAITED = 0.05;

/**
 * Looks again and again until there is something to see, and returns it. Fails, and says `what` was
 * waited for, when there is nothing for too long.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const startedMs = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > PATIENCE_MS) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    const pauseMs = Math.max(FIRST_PAUSE_MS, waitedMs * PAUSE_PER_MS_WAITED);
    await delay(Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}

/** Waits until `isTrue` returns true. */
export async function eventuallyTrue(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
): Promise<void> {
  await eventually(what, async () => (await isTrue()) || undefined);
}
