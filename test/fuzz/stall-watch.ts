import { Worker } from 'node:worker_threads';
import { CORPUS } from './corpus.ts';
import type { Target } from './fuzz.ts';

/** What the watching thread is given. */
export interface WatchData {
  readonly corpus: string;
  readonly kind: Target['kind'];
  /** A counter of four bytes, which is odd while an input runs; its length, four bytes; the input. */
  readonly shared: SharedArrayBuffer;
}

/** Where the length and the input stand in the shared memory. */
export const LENGTH_INDEX = 1;
export const INPUT_OFFSET = 8;

/**
 * Watches from a thread of its own that no input takes for ever: what never returns can neither be
 * timed nor stopped from the thread that it runs in. Such an input is kept in the corpus, and the
 * process is ended.
 */
export class StallWatch implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #counters: Int32Array;
  readonly #bytes: Buffer;

  /** @param mostBytes no input is longer */
  constructor(kind: Target['kind'], mostBytes: number) {
    const shared = new SharedArrayBuffer(INPUT_OFFSET + mostBytes);
    this.#counters = new Int32Array(shared, 0, 2);
    this.#bytes = Buffer.from(shared, INPUT_OFFSET);
    const workerData: WatchData = { corpus: CORPUS, kind, shared };
    this.#worker = new Worker(new URL('./stall-watcher.js', import.meta.url), { workerData });
  }

  /** Notes that an input begins, or that it has ended. */
  readonly note = (input: string | undefined): void => {
    if (input !== undefined) {
      this.#counters[LENGTH_INDEX] = this.#bytes.write(input, 'latin1');
    }
    Atomics.add(this.#counters, 0, 1);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
