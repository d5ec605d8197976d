import { Readable } from 'node:stream';

import type { LiveCursor } from '../../service/live/cursor.ts';
import type { LiveBatch } from '../../service/live/events.ts';
import { formatLiveCursor } from './live-cursor.ts';
import type { LiveStream, Subscribe } from './live-stream.ts';
import { encodeSse, encodeSseCursor, encodeSseRetry, SSE_HEARTBEAT } from './sse.ts';

/** How much waits for a reader at most before it counts as slow, in bytes; one batch may come on top. */
const BUFFER_BYTES = 64 * 1024;

/** The body of an answer that goes on: events as they come. A slow reader gets fewer, and never more than wait here. */
export class SseStream extends Readable implements LiveStream {
  #subscription: ReturnType<Subscribe> | undefined;
  #isFull = false;
  #isFinished = false;

  /** @param retryMs how long the browser is to wait before it connects again */
  constructor(retryMs: number) {
    super({ highWaterMark: BUFFER_BYTES });
    this.push(encodeSseRetry(retryMs));
  }

  begin(subscribe: Subscribe): void {
    if (!this.destroyed) this.#subscription = subscribe();
  }

  send(batch: LiveBatch): boolean {
    for (const bytes of batch.encode(encodeSse)) this.#isFull = !this.push(bytes);
    return !this.#isFull;
  }

  mark(cursor: LiveCursor): void {
    this.push(encodeSseCursor(formatLiveCursor(cursor)));
  }

  heartbeat(): void {
    if (this.readableLength === 0 && !this.#isFinished) this.push(SSE_HEARTBEAT);
  }

  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#subscription?.close();
    this.push(null);
  }

  override _read(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#subscription?.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#subscription?.close();
    callback(error);
  }
}
