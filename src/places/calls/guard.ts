import {
  bulkhead,
  BrokenCircuitError,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ConstantBackoff,
  ExponentialBackoff,
  handleWhen,
  retry,
} from 'cockatiel';

import type { NearbyQuery, PlaceProvider, PlacesPage } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { createPause } from './pause.ts';

/** How many questions may wait for a call to end, for each call that may be under way. */
const WAITING_PER_CALL = 16;

/** How long after a refused connection it is tried again, once, in milliseconds: an upstream that restarts. */
const RETRY_AFTER_MS = 100;

/** How many calls have to fail in a row until the upstream is taken for broken. */
const FAILURES_TO_OPEN = 5;

/** How long a broken upstream is left alone until one call probes it, in milliseconds, at first and at most. */
const PROBE_AFTER_MS = { initialDelay: 1_000, maxDelay: 30_000 };

/** What a guard is told. */
export interface GuardOptions {
  /** The most calls under way at once. */
  readonly atOnce: number;
  /** How long a question may wait until it is its turn, in milliseconds. */
  readonly deadlineMs: number;
  /** Counts each call before it is made; throws `UpstreamError` where it must not be. */
  readonly spend: () => Promise<void>;
}

/**
 * Keeps calls from an upstream that cannot answer them, and from being made twice:
 * - at most `atOnce` are under way, some more wait, the rest fail at once; who has waited for longer
 *   than the deadline when it is its turn fails as well;
 * - after five failures in a row none is made for a while, then one, which decides how it goes on;
 * - while the upstream wants to be left alone, or refuses the key, none is made;
 * - one is made again, once, only where the first did not leave the machine: it cannot be billed twice.
 *
 * A question that is not let through fails with the error of the last call that was made.
 */
export function guardProvider(provider: PlaceProvider, options: GuardOptions): PlaceProvider {
  const { atOnce, deadlineMs, spend } = options;
  const limiter = bulkhead(atOnce, atOnce * WAITING_PER_CALL);
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: new ExponentialBackoff(PROBE_AFTER_MS),
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  const retries = retry(
    handleWhen((error) => error instanceof UpstreamError && error.unsent),
    { maxAttempts: 1, backoff: new ConstantBackoff(RETRY_AFTER_MS) },
  );
  const pause = createPause(Date.now);

  async function call(query: NearbyQuery, signal: AbortSignal): Promise<PlacesPage> {
    await spend();
    try {
      return await retries.execute(() => {
        signal.throwIfAborted();
        return provider.nearby(query, signal);
      });
    } catch (error) {
      if (error instanceof UpstreamError) pause.learn(error);
      throw error;
    }
  }

  return {
    name: provider.name,
    async nearby(query, signal) {
      const since = performance.now();
      try {
        // Without the signal: the limiter would let those behind an aborted question wait for ever.
        return await limiter.execute(() => {
          signal.throwIfAborted();
          if (performance.now() - since > deadlineMs) throw busyError();
          pause.check();
          return breaker.execute(() => call(query, signal));
        });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof BulkheadRejectedError) throw busyError();
        const last = breaker.lastFailure;
        if (error instanceof BrokenCircuitError && last !== undefined && 'error' in last) {
          throw last.error;
        }
        throw error;
      }
    },
  };
}

/** Whether a call failed in a way that speaks for a broken upstream. */
function isFailure(error: Error): boolean {
  return error instanceof UpstreamError && !error.refused;
}

function busyError(): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_BUSY',
    status: 'UNKNOWN_ERROR',
    message: 'Too many questions are waiting for the upstream.',
  });
}
