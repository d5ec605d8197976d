import { unlessAborted } from '../unless-aborted.ts';

/** A call under way and how many wait for it. */
interface Call<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  askers: number;
}

/**
 * Calls that equal questions at the same time share. A call is aborted when the last of its askers
 * has gone; the next asker then starts another.
 */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Call<T>>();

  /** Whether a call of this key is under way. */
  has(key: string): boolean {
    return this.#calls.has(key);
  }

  /**
   * Waits for the call of this key, and starts it where there is none.
   *
   * @param start is given a signal that ends the call
   * @param signal ends the wait: the promise then rejects with its reason
   */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    const call = this.#calls.get(key) ?? this.#start(key, start);
    call.askers += 1;
    try {
      return await unlessAborted(call.answer, signal);
    } finally {
      call.askers -= 1;
      if (call.askers === 0 && this.#calls.get(key) === call) {
        this.#calls.delete(key);
        call.controller.abort();
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController();
    const call = { answer: start(controller.signal), controller, askers: 0 };
    this.#calls.set(key, call);
    const end = (): void => {
      if (this.#calls.get(key) === call) this.#calls.delete(key);
    };
    call.answer.then(end, end);
    return call;
  }
}
