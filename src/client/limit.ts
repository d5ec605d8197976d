import { onAbort } from './on-abort.ts';
import type { ClientRuntime } from './runtime.ts';

/**
 * A signal that aborts when others do, or when its time is over. It has to be ended, so that signals that live long
 * gather no listeners and no timer goes on.
 */
export class Limit {
  readonly #controller = new AbortController();
  readonly #unlisten: readonly (() => void)[];
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** @param ms after how many milliseconds its time is over; `undefined`: never */
  constructor(parents: readonly AbortSignal[], ms?: number) {
    const abort = (): void => {
      const parent = parents.find(({ aborted }) => aborted);
      if (parent !== undefined) this.#controller.abort(parent.reason);
    };
    this.#unlisten = parents.map((parent) => onAbort(parent, abort));
    if (ms === undefined) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it has aborted since its time was over, and not since another signal has. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** It aborts no more. */
  end(): void {
    clearTimeout(this.#timer);
    for (const unlisten of this.#unlisten) unlisten();
  }
}

/**
 * Waits so many milliseconds.
 *
 * @throws the reason of a signal, as soon as one is aborted
 */
export async function delayUnlessAborted(
  runtime: ClientRuntime,
  ms: number,
  signals: readonly AbortSignal[],
): Promise<void> {
  const limit = new Limit(signals);
  try {
    await runtime.delay(ms, limit.signal);
  } finally {
    limit.end();
  }
}
