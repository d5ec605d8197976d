import { setTimeout as delay } from 'node:timers/promises';

/** Waits; returns early, and false, where the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return delay(milliseconds, true, { signal }).catch(() => false);
}
