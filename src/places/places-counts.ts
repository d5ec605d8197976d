import { DurationHistogram } from '../counts/duration-histogram.ts';

/** From an upstream near by to the longest deadlines, in seconds. */
const CALL_BOUNDS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What answered a question for places. */
type Answers = Record<
  | 'fresh' // a page of the cache
  | 'stale' // a page of the cache, and a fresh one is fetched in the background
  | 'called' // a call
  | 'kept' // an older page of the cache, since the call failed
  | 'failed', // nothing: it was answered with a failure
  number
>;

/** What was counted of questions for places, and of the calls that they cost. */
export class PlacesCounts {
  readonly answers: Answers = { fresh: 0, stale: 0, called: 0, kept: 0, failed: 0 };
  /** Questions that waited for a call that another one had begun, or took its failure. */
  shared = 0;
  /** Calls to an upstream; `unsent` are those that did not leave this machine. */
  readonly calls = { answered: 0, failed: 0, unsent: 0 };
  /** How long calls took that were sent. */
  readonly callDurations = new DurationHistogram(CALL_BOUNDS_SECONDS);
}

/** What is left of the day's calls to an upstream. */
export interface BudgetStatus {
  readonly perDay: number;
  /** Not known while the count was not read from disk. */
  readonly left: number | undefined;
}
