import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does something again and again, at least once, until the time is over, at that pace or as fast as it can be
 * done; what it gave.
 */
export async function repeat(
  durationMs: number,
  everyMs: number,
  action: (n: number) => Promise<number>,
): Promise<number[]> {
  const started = performance.now();
  const results: number[] = [];
  do {
    const n = results.length;
    results.push(await action(n));
    await delay(Math.max(0, started + (n + 1) * everyMs - performance.now()));
  } while (performance.now() - started < durationMs);
  return results;
}
