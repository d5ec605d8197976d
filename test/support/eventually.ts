import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.ts';

const LOOK_EVERY_MS = 10;

/**
 * Looks again and again until there is something to see, and returns it. Fails, and says `what` was
 * waited for, when there is nothing for too long.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Waits until `isTrue` returns true. */
export async function eventuallyTrue(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
): Promise<void> {
  await eventually(what, async () => (await isTrue()) || undefined);
}
