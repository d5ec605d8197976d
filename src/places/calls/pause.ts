import type { UpstreamError } from '../upstream-error.ts';

/**
 * How long an upstream is left alone that says only that its limit is reached, in milliseconds:
 * Google counts most of its quotas by the minute.
 */
const OVER_LIMIT_PAUSE_MS = 60_000;

/** How long one is left alone that refuses the key, in milliseconds: somebody has to see to that first. */
const DENIED_PAUSE_MS = 10_000;

/** A time in which an upstream is not asked. */
export interface Pause {
  /** Throws the error that began the pause, until its end. */
  check(): void;
  /** Begins a pause where the error asks for one. */
  learn(error: UpstreamError): void;
}

/** @param now the wall clock, in milliseconds */
export function createPause(now: () => number): Pause {
  let [beganMs, lengthMs] = [0, 0];
  let reason: UpstreamError | undefined;
  /** A clock that was set back ends the pause: it would last for as long as that otherwise. */
  const leftMs = (): number => (now() < beganMs ? 0 : beganMs + lengthMs - now());
  return {
    check() {
      if (reason !== undefined && leftMs() > 0) throw reason;
    },
    learn(error) {
      const pauseMs = pauseMsOf(error);
      if (pauseMs === 0 || pauseMs <= leftMs()) return;
      [beganMs, lengthMs] = [now(), pauseMs];
      reason = error;
    },
  };
}

function pauseMsOf({ status, retryAfterMs }: UpstreamError): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  if (status === 'OVER_QUERY_LIMIT') return OVER_LIMIT_PAUSE_MS;
  return status === 'REQUEST_DENIED' ? DENIED_PAUSE_MS : 0;
}
