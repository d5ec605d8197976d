import type { Asking, NearbyQuery, PlaceProvider, PlaceSource, SourceAnswer } from '../provider.ts';
import type { PlacesCounts } from '../places-counts.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { UpstreamError } from '../upstream-error.ts';
import { Breaker, type AdmittedCall } from './breaker.ts';
import type { CallBudget } from './budget.ts';
import { createPause } from './pause.ts';
import { WaitingLine } from './waiting-line.ts';

/** How long after a refused connection it is tried again, once, in milliseconds: an upstream that restarts. */
const RETRY_AFTER_MS = 100;

/**
 * How much of its deadline a question needs to have left when its call begins. With less, the call would
 * be likely to be paid for and given up.
 */
const LEAST_SHARE_LEFT = 1 / 4;

/** What a guard needs. */
export interface GuardOptions {
  /** The most calls under way at once. */
  readonly atOnce: number;
  /** How long a question may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Where each call is counted before it is made. */
  readonly budget: CallBudget;
  /** The clock of `Asking.endMs`. */
  readonly now: () => number;
  readonly counts: Pick<PlacesCounts, 'calls' | 'callDurations'>;
}

/**
 * Keeps calls from an upstream that cannot answer them, and from being made twice:
 * - at most `atOnce` are under way, some more wait, the rest fail at once; a question that has waited for so
 *   long that too little of the deadline is left fails as well, and one whose client has gone waits no longer;
 * - after five failures in a row none is made for a while, then one, which decides how it goes on;
 * - while the upstream wants to be left alone, or refuses the key, none is made;
 * - one is made again, once, only where the first did not leave the machine: it cannot be billed twice;
 * - none takes longer than until the question's end.
 *
 * A question that is not let through fails with the error of the last call that was made. What a call
 * was counted for that did not leave the machine is given back.
 */
export function guardProvider(provider: PlaceProvider, options: GuardOptions): PlaceSource {
  const { atOnce, deadlineMs, budget, now, counts } = options;
  const line = new WaitingLine(atOnce);
  const breaker = new Breaker(now);
  const pause = createPause(() => Date.now());

  async function inTurn(
    query: NearbyQuery,
    signal: AbortSignal,
    endMs: number,
  ): Promise<SourceAnswer> {
    await line.enter(signal, endMs - LEAST_SHARE_LEFT * deadlineMs - now());
    try {
      signal.throwIfAborted();
      pause.check();
      return await observed(breaker.admit(), query, signal);
    } finally {
      line.leave();
    }
  }

  /** Makes a call, and reports to the breaker what it says of the upstream. */
  async function observed(
    admitted: AdmittedCall,
    query: NearbyQuery,
    signal: AbortSignal,
  ): Promise<SourceAnswer> {
    const calling = { began: false };
    try {
      const page = await counted(query, signal, calling);
      admitted.answered();
      return page;
    } catch (error) {
      if (!calling.began || !(error instanceof UpstreamError)) admitted.toldNothing();
      else if (error.refused) admitted.answered();
      else admitted.failed(error);
      if (calling.began && error instanceof UpstreamError) pause.learn(error);
      throw error;
    }
  }

  async function counted(
    query: NearbyQuery,
    signal: AbortSignal,
    calling: { began: boolean },
  ): Promise<SourceAnswer> {
    const count = await budget.spend();
    const beginMs = now();
    let isSent = false;
    let isAnswered = false;
    const call = { signal, onSent: (): void => void (isSent = true) };
    try {
      signal.throwIfAborted();
      calling.began = true;
      const answer = await provider.nearby(query, call).catch(async (error: unknown) => {
        if (isSent || signal.aborted || !(error instanceof UpstreamError)) throw error;
        await unlessAborted(pauseFor(RETRY_AFTER_MS), signal);
        return provider.nearby(query, call);
      });
      isAnswered = true;
      return answer;
    } finally {
      counts.calls[isAnswered ? 'answered' : isSent ? 'failed' : 'unsent'] += 1;
      if (isSent) counts.callDurations.observe((now() - beginMs) / 1000);
      else await budget.giveBack(count);
    }
  }

  return {
    name: provider.name,
    nearby: (query, asking) =>
      untilEnd(asking, options, (signal) => inTurn(query, signal, asking.endMs)),
  };
}

/** Does what is asked for until the asker goes away, or the question has to be over. */
async function untilEnd<T>(
  { signal, endMs }: Asking,
  { deadlineMs, now }: GuardOptions,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const leave = (): void => ending.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(
    () => ending.abort(timeoutError(deadlineMs)),
    Math.max(endMs - now(), 0),
  );
  try {
    return await unlessAborted(task(ending.signal), ending.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function timeoutError(deadlineMs: number): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_TIMEOUT',
    status: 'UNKNOWN_ERROR',
    message: `There was no answer of the upstream within ${deadlineMs} ms.`,
  });
}
