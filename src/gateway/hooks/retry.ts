import type { HookDropReason } from '../../service/hook-counts.ts';

/** The pause after the first failure in a row, in milliseconds; each further one doubles it. */
const FIRST_PAUSE_MS = 1_000;
/** The longest pause, in milliseconds: a receiver that is back gets what it lacks within a minute. */
const LONGEST_PAUSE_MS = 60_000;
/** The longest pause that a receiver may ask for with `Retry-After`, in milliseconds. */
const LONGEST_ASKED_MS = 600_000;
/** How long one delivery is tried, in milliseconds: so that one at which a receiver fails does not stop all others. */
const TRIED_MS = 3_600_000;
/** How often a delivery may be refused: once may be a slip, a receiver that is being set up; then it means it. */
const MAX_REFUSALS = 5;

/** Statuses of 4xx that say nothing of the request itself: timeout, too early, too many. */
const PASSING = new Set([408, 425, 429]);

/** What came of an attempt. */
export type AttemptOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The pause that the receiver asks for, in milliseconds. */
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'failed'; readonly code: HookFailureCode; readonly detail: string };

/** Why there was no answer that counts. */
export type HookFailureCode =
  | 'timeout' // it took too long
  | 'unreachable' // no connection, or it broke
  | 'address-refused' // the address is private, and that is not allowed, or it is public and the URL is no https
  | 'redirected' // to where it is not followed
  | 'stopping'; // this server stops

/** How a delivery has fared so far. */
export interface Tries {
  /** How many of its attempts were refused. */
  readonly refusals: number;
  /** For how long it has been tried, in milliseconds. */
  readonly triedMs: number;
}

/** Whether the receiver has taken it. */
export function isDelivered(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

/** Whether the receiver will have said the same of this delivery whenever it is asked: a redirect, or most of 4xx. */
export function isRefusal(outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.code === 'redirected';
  const { status } = outcome;
  return status >= 300 && status < 500 && !PASSING.has(status);
}

/** Why a delivery that failed is not tried again; `undefined`: it is. */
export function giveUpReason({ refusals, triedMs }: Tries): HookDropReason | undefined {
  if (refusals >= MAX_REFUSALS) return 'refused';
  return triedMs >= TRIED_MS ? 'expired' : undefined;
}

/**
 * How long to wait for the next attempt, in milliseconds: up to a minute, half of it at random, so that servers which
 * failed together do not come back together; or as long as the receiver asks for, up to ten minutes.
 *
 * @param failures how many attempts of the hook have failed in a row, at least 1
 * @param random from 0 to below 1
 */
export function pauseMs(failures: number, outcome: AttemptOutcome, random: number): number {
  const doubled = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  const ownMs = (doubled * (1 + random)) / 2;
  const askedMs = outcome.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0;
  return Math.round(Math.max(ownMs, Math.min(askedMs, LONGEST_ASKED_MS)));
}
