import { Backoff } from './backoff.ts';
import {
  OutcomeUnknownError,
  ProblemError,
  UnexpectedAnswerError,
  UnreachableError,
  type FailedAttempt,
  type HerdError,
} from './errors.ts';
import { AttemptError, type Gateway, type GatewayRequest } from './gateway.ts';
import { delayUnlessAborted } from './limit.ts';
import type { ClientRuntime } from './runtime.ts';
import type { ServerOrder } from './server-order.ts';

/** Problems that are of one server at one time: another one, or the same a little later, may do it. */
const PASSING: ReadonlySet<string> = new Set([
  'clients-unreachable',
  'internal-error',
  'not-acknowledged',
  'not-caught-up',
  'not-joined',
  'overloaded',
  'request-timeout',
  'starting',
  'too-many-requests',
  'too-many-streams',
]);
/** Of these, the ones with which something may have been changed all the same. */
const MAY_HAVE_CHANGED: ReadonlySet<string> = new Set(['internal-error', 'not-acknowledged']);

/** What is asked of any server. */
export interface Call<T> {
  readonly request: GatewayRequest;
  /** Whether it does no harm to make it again after it may have been made: a read, or a report. */
  readonly isRepeatable: boolean;
  /** Within which it has to be answered, in milliseconds. */
  readonly deadlineMs: number;
  readonly signals: readonly AbortSignal[];
  /** Makes of an answer what is wanted. */
  read(response: Response, server: string): Promise<T>;
}

/** What exchanges are made with. */
export interface ExchangeParts {
  readonly gateway: Gateway;
  readonly order: ServerOrder;
  readonly runtime: ClientRuntime;
  /** How long one server has for its answer, in milliseconds. */
  readonly attemptMs: number;
}

/** Whether a server, or another, may answer otherwise a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return PASSING.has(error.code);
  return error instanceof UnreachableError || error instanceof AttemptError;
}

/** Asks servers until one answers: each once, then again after a wait that grows, until the deadline. */
export class Exchange {
  readonly #parts: ExchangeParts;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /**
   * Asks.
   *
   * @throws {ProblemError} where a server answers with one that no other server would answer otherwise
   * @throws {OutcomeUnknownError} where what must not be made twice may have been made
   * @throws {HerdError} where no server answers before the deadline: why the last one did not
   * @throws the reason of a signal, as soon as one is aborted
   */
  async ask<T>(call: Call<T>): Promise<T> {
    const { runtime, order } = this.#parts;
    const untilMs = runtime.elapsedMs() + call.deadlineMs;
    const round = new Failures(call);
    const backoff = new Backoff(() => runtime.random());
    for (;;) {
      for (const server of order.list(runtime.elapsedMs())) {
        const leftMs = untilMs - runtime.elapsedMs();
        if (leftMs <= 0) throw round.error;
        try {
          return await this.#attempt(server, call, leftMs);
        } catch (error) {
          round.add(error, server);
        }
      }
      const waitMs = Math.max(backoff.next(), round.takeRetryAfterMs());
      if (runtime.elapsedMs() + waitMs >= untilMs) throw round.error;
      await delayUnlessAborted(runtime, waitMs, call.signals);
    }
  }

  /**
   * Asks one server, once.
   *
   * @throws {HerdError} where it does not answer, or refuses
   * @throws the reason of a signal, as soon as one is aborted
   */
  async askOne<T>(server: string, call: Call<T>): Promise<T> {
    try {
      return await this.#attempt(server, call, call.deadlineMs);
    } catch (error) {
      const failures = new Failures(call);
      failures.add(error, server);
      throw failures.error;
    }
  }

  async #attempt<T>(server: string, call: Call<T>, leftMs: number): Promise<T> {
    const { runtime, order, gateway, attemptMs } = this.#parts;
    const limits = { withinMs: Math.min(attemptMs, leftMs), signals: call.signals };
    try {
      const value = await gateway.attempt(server, call.request, limits, (response) =>
        call.read(response, server),
      );
      order.succeed(server);
      return value;
    } catch (error) {
      if (isPassing(error) || error instanceof UnexpectedAnswerError) {
        order.fail(server, runtime.elapsedMs());
      }
      throw error;
    }
  }
}

/** What has gone wrong at the servers that were asked. */
class Failures {
  readonly #call: Pick<Call<unknown>, 'isRepeatable' | 'deadlineMs'>;
  readonly #attempts = new Map<string, FailedAttempt>();
  #answer: HerdError | undefined;
  #cause: unknown;
  #retryAfterMs: number | undefined;

  constructor(call: Pick<Call<unknown>, 'isRepeatable' | 'deadlineMs'>) {
    this.#call = call;
  }

  /** Takes in why an attempt failed. @throws what is final */
  add(error: unknown, server: string): void {
    const { isRepeatable } = this.#call;
    if (error instanceof AttemptError) {
      const attempt = { server, reason: error.message };
      if (!isRepeatable && error.wasSent) throw new OutcomeUnknownError(attempt, { cause: error });
      this.#attempts.set(server, attempt);
      this.#cause = error.cause;
      return;
    }
    if (error instanceof UnexpectedAnswerError && isRepeatable) {
      this.#answer = error;
      return;
    }
    if (!(error instanceof ProblemError) || !isPassing(error)) throw error;
    if (!isRepeatable && MAY_HAVE_CHANGED.has(error.code)) throw error;
    this.#answer = error;
    const { retryAfterMs = 0 } = error;
    this.#retryAfterMs = Math.min(this.#retryAfterMs ?? Infinity, retryAfterMs);
  }

  /** For how long servers want to be left alone, in milliseconds: the shortest time counts, and only once. */
  takeRetryAfterMs(): number {
    const ms = this.#retryAfterMs ?? 0;
    this.#retryAfterMs = undefined;
    return ms;
  }

  /** What to say when there is no time left: an answer is worth more than that there was none. */
  get error(): HerdError {
    const { deadlineMs } = this.#call;
    const attempts = [...this.#attempts.values()];
    return this.#answer ?? new UnreachableError(deadlineMs, attempts, { cause: this.#cause });
  }
}
