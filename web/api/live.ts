import type { Api } from './client.ts';
import type { Gateways } from './gateways.ts';
import { backoffMs } from './backoff.ts';
import { ApiError } from './problem.ts';
import { SseParser } from './sse.ts';
import type { LiveEvent } from './types.ts';

/** A stream says something every 15 s; one that is silent for longer is dead, in milliseconds. */
const SILENT_MS = 35_000;

/** How the stream is doing. */
export type LiveState =
  /** The first try is on its way. */
  | { readonly kind: 'connecting' }
  /** What comes is news. */
  | { readonly kind: 'live' }
  /** It broke, or did not open; another try follows. */
  | { readonly kind: 'reconnecting'; readonly failures: number; readonly sinceMs: number }
  /** The herd refuses, and would again. */
  | { readonly kind: 'refused'; readonly error: ApiError };

/** What following the herd takes. */
export interface LiveParts {
  readonly api: Api;
  readonly gateways: Gateways;
  /** What is asked for: the query of `/v1/events`, without a cursor. */
  readonly query: URLSearchParams;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
}

/** Follows the herd's events until it is closed, from whichever of its gateways answers. */
export class LiveStream {
  readonly #parts: LiveParts;
  readonly #closing = new AbortController();
  #cursor: string | undefined;
  #failures = 0;
  #brokenSinceMs = 0;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    void this.#run();
  }

  close(): void {
    this.#closing.abort('closed');
  }

  async #run(): Promise<void> {
    const { onState } = this.#parts;
    onState({ kind: 'connecting' });
    while (!this.#closing.signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (error instanceof ApiError && isFinal(error)) return onState({ kind: 'refused', error });
      }
      if (this.#closing.signal.aborted) return;
      if (this.#failures === 0) this.#brokenSinceMs = Date.now();
      this.#failures++;
      onState({
        kind: 'reconnecting',
        failures: this.#failures,
        sinceMs: this.#brokenSinceMs,
      });
      await this.#pause(backoffMs(this.#failures, Math.random()));
    }
  }

  /** Follows one stream to its end. */
  async #follow(): Promise<void> {
    const { api, gateways, query } = this.#parts;
    const asked = new URLSearchParams(query);
    if (this.#cursor !== undefined) asked.set('cursor', this.#cursor);
    const gateway = gateways.current;
    const silence = new Silence(SILENT_MS);
    try {
      const signal = AbortSignal.any([this.#closing.signal, silence.signal]);
      const { body } = await api.open(`/v1/events?${asked.toString()}`, { signal });
      if (body !== null) await this.#read(body, silence);
    } finally {
      silence.end();
      if (!this.#closing.signal.aborted) gateways.moveOn(gateway);
    }
  }

  async #read(body: ReadableStream<Uint8Array>, silence: Silence): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.heard();
      for (const { event, data, id } of parser.take(decoder.decode(value, { stream: true }))) {
        if (id !== undefined) this.#cursor = id;
        if (event !== '') this.#take(event, data);
      }
    }
  }

  #take(event: string, data: string): void {
    const { onEvent, onState } = this.#parts;
    // The gateway's events are trusted to be as its documents say; a kind that is new is passed over below.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    onEvent({ event, data: JSON.parse(data) as unknown } as LiveEvent);
    if (event !== 'ready') return;
    this.#failures = 0;
    onState({ kind: 'live' });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        removeEventListener('online', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      addEventListener('online', done);
      this.#closing.signal.addEventListener('abort', done);
    });
  }
}

/** Whether another try would be refused as well. */
function isFinal({ status }: ApiError): boolean {
  return status >= 400 && status < 500 && status !== 429 && status !== 408;
}

/** Notices that nothing comes any more. */
class Silence {
  readonly #aborting = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#aborting.abort('silent'), this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
