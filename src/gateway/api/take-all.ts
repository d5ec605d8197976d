import { setImmediate as nextTick } from 'node:timers/promises';

/** So many are begun between two looks at the sockets: a few milliseconds of work. */
const AT_ONCE = 200;

/**
 * Has each of many things of one request taken in, in order, while others are served.
 *
 * @returns what `take` gives for each
 * @throws what the first of them throws
 */
export async function takeAll<T, R>(
  things: readonly T[],
  take: (thing: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: Promise<R>[] = [];
  for (const [index, thing] of things.entries()) {
    const result = take(thing, index);
    result.catch(() => undefined); // thrown below, where all are waited for
    results.push(result);
    if (results.length % AT_ONCE === 0) await nextTick();
  }
  return Promise.all(results);
}
