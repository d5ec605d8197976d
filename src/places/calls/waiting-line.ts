import { UpstreamError } from '../upstream-error.ts';

/** How many questions may wait for a call to end, for each call that may be under way. */
const WAITING_PER_CALL = 16;

/** A call that waits. */
interface Waiting {
  readonly begin: () => void;
}

/** Limits the calls under way; some more wait in line, in the order in which they came. */
export class WaitingLine {
  readonly #atOnce: number;
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Waits until a call may begin. The caller then calls `leave` when its call is over.
   *
   * @param signal takes it out of the line at once
   * @param waitMs how long it may wait
   * @throws {UpstreamError} where the line is full, or the call has waited so long
   * @throws the signal's reason
   */
  enter(signal: AbortSignal, waitMs: number): Promise<void> | undefined {
    if (waitMs <= 0) throw lateError();
    if (this.#underWay < this.#atOnce) {
      this.#underWay += 1;
      return undefined;
    }
    if (this.#waiting.size >= this.#atOnce * WAITING_PER_CALL) throw fullError();
    return this.#wait(signal, waitMs);
  }

  /** A call is over: the next one begins, if one waits. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#underWay -= 1;
    else next.begin();
  }

  #wait(signal: AbortSignal, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
      };
      const begin = (): void => {
        end();
        resolve();
      };
      const leave = (): void => {
        end();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        end();
        reject(lateError());
      }, waitMs);
      const waiting = { begin };
      signal.addEventListener('abort', leave);
      this.#waiting.add(waiting);
    });
  }
}

function fullError(): UpstreamError {
  return busyError('Too many questions are waiting for the upstream.');
}

function lateError(): UpstreamError {
  return busyError('Too little of the deadline was left to ask the upstream.');
}

function busyError(message: string): UpstreamError {
  return new UpstreamError({ code: 'UPSTREAM_BUSY', status: 'UNKNOWN_ERROR', message });
}
