import type { Socket } from 'node:net';
import type { Talk } from './talk.ts';

/** How often what is due is said, in milliseconds: a timer is no more exact than that. */
const TICK_MS = 1;

/**
 * Says a number of things evenly over time, whatever comes back.
 *
 * @param rate how many a second
 * @returns when all has been said
 */
export function pace(socket: Socket, { requests, ends }: Talk, rate: number): Promise<void> {
  return new Promise((resolve) => {
    const started = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      const due = Math.min(ends.length, Math.floor(((performance.now() - started) * rate) / 1000));
      if (due > said) socket.write(requests.subarray(ends[said - 1] ?? 0, ends[due - 1]));
      said = due;
      if (said < ends.length) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}
