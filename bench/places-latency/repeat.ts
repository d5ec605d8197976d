import { setTimeout as delay } from 'node:timers/promises';

const PHASE_MS = 5_000;

/** Does something again and again for 5 s, at that pace or as fast as it can be done; what it gave. */
export async function repeat(
  everyMs: number,
  action: (n: number) => Promise<number>,
): Promise<number[]> {
  const started = performance.now();
  const results: number[] = [];
  for (let n = 0; performance.now() - started < PHASE_MS; n++) {
    results.push(await action(n));
    await delay(Math.max(0, started + (n + 1) * everyMs - performance.now()));
  }
  return results;
}
