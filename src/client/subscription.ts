import { Backoff } from './backoff.ts';
import { ClosedError, UnexpectedAnswerError } from './errors.ts';
import { parseEvent, type HerdEvent } from './events.ts';
import { isPassing, type Call, type Exchange } from './exchange.ts';
import { Limit } from './limit.ts';
import type { ClientRuntime } from './runtime.ts';
import { SseError, SseParser } from './sse-parser.ts';

/** A gateway says something at least every 15 seconds: one that is silent for three times as long is lost. */
const SILENCE_MS = 45_000;
/** The type of server-sent events. */
const EVENT_STREAM = 'text/event-stream';

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly exchange: Exchange;
  readonly runtime: ClientRuntime;
  /** Path and query. */
  readonly path: string;
  /** Where to go on, as `cursor` of an earlier subscription had it. */
  readonly cursor: string | undefined;
  /** Within which the first server has to answer, in milliseconds. */
  readonly deadlineMs: number;
  /** End it with their reason. */
  readonly signals: readonly AbortSignal[];
}

/** A stream that is read. */
interface Stream {
  readonly server: string;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
}

/**
 * What happens, as it happens: to be read once, with `for await`. When a server is lost it goes on at another one with
 * what changed since. It ends when it is left, closed, or its signal aborts.
 *
 * @example
 * ```ts
 * for await (const event of herd.subscribe({ group: 'family' })) {
 *   if (event.type === 'location') console.log(event.location.client, event.location.latitude);
 *   if (event.type === 'enter') console.log(`${event.client} is at ${event.geofence}`);
 * }
 * ```
 */
export class Subscription implements AsyncIterable<HerdEvent>, AsyncDisposable {
  readonly #parts: SubscriptionParts;
  readonly #close = new AbortController();
  /** That of the last event that was given out. */
  #cursor: string | undefined;
  #server: string | undefined;
  #isRead = false;

  /** @internal */
  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#cursor = parts.cursor;
  }

  /** With it a later subscription goes on after the events so far, at any server, for an hour. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** The server that sends at the moment; `undefined` while there is none. */
  get server(): string | undefined {
    return this.#server;
  }

  /**
   * The events.
   *
   * @throws {HerdError} where no server answers at first, or one refuses; while it goes on, where one refuses
   */
  [Symbol.asyncIterator](): AsyncIterator<HerdEvent, undefined> {
    if (this.#isRead) throw new TypeError('a subscription can be read once');
    this.#isRead = true;
    return this.#events();
  }

  /** Ends it: its reader gets nothing further. */
  close(): void {
    this.#close.abort(new ClosedError());
  }

  /** Closes it, as `await using` does at the end of its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async *#events(): AsyncGenerator<HerdEvent, undefined> {
    const { runtime } = this.#parts;
    const backoff = new Backoff(() => runtime.random());
    const limit = new Limit([...this.#parts.signals, this.#close.signal]);
    const { signal } = limit;
    try {
      let stream = await this.#open(signal);
      let isAnew = false;
      let isReady = false;
      for (;;) {
        for await (const event of this.#read(stream, isAnew, signal)) {
          backoff.reset();
          const wasReady = isReady;
          isReady = event.type === 'ready' || (isReady && event.type !== 'reset');
          if (!(event.type === 'ready' && wasReady)) yield event; // else it has gone on
        }
        stream = await this.#openAgain(backoff, signal);
        isAnew = this.#cursor === undefined;
      }
    } catch (error) {
      if (!this.#close.signal.aborted) throw error;
      return undefined;
    } finally {
      limit.end();
    }
  }

  /** Opens a stream, however long that takes, unless it is refused. */
  async #openAgain(backoff: Backoff, signal: AbortSignal): Promise<Stream> {
    for (;;) {
      await this.#parts.runtime.delay(backoff.next(), signal);
      try {
        return await this.#open(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error) && !(error instanceof UnexpectedAnswerError)) throw error;
      }
    }
  }

  /** Opens a stream at the first server that answers. */
  #open(signal: AbortSignal): Promise<Stream> {
    const { exchange, path, deadlineMs } = this.#parts;
    const resume = this.#cursor === undefined ? {} : { 'last-event-id': this.#cursor };
    const headers = { accept: EVENT_STREAM, ...resume };
    const call: Call<Stream> = {
      request: { method: 'GET', path, headers },
      isRepeatable: true,
      deadlineMs,
      signals: [signal],
      read: async ({ body, headers }, server) => {
        const isStream = headers.get('content-type')?.startsWith(EVENT_STREAM) === true;
        if (body !== null && isStream) return { server, reader: body.getReader() };
        throw new UnexpectedAnswerError(server, 'what it answered is no stream of events');
      },
    };
    return exchange.ask(call);
  }

  /**
   * Reads a stream to its end, or to where it breaks off.
   *
   * @param isAnew whether it is not the first one and has no cursor: what is gone since then would never be told
   */
  async *#read(
    { server, reader }: Stream,
    isAnew: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<HerdEvent> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    this.#server = server;
    try {
      if (isAnew) yield { type: 'reset' };
      for (;;) {
        const bytes = await nextOf(reader, signal);
        if (bytes === undefined) return;
        const text = decoder.decode(bytes, { stream: true });
        for (const { kind, data, lastEventId } of parser.push(text)) {
          this.#cursor = lastEventId ?? this.#cursor;
          const event = parseEvent(kind, data);
          if (event !== undefined) yield event;
        }
        this.#cursor = parser.lastEventId ?? this.#cursor;
      }
    } catch (error) {
      // What is no event of a herd is lost as well: it goes on at another server.
      if (!(error instanceof SseError || error instanceof SyntaxError)) throw error;
    } finally {
      this.#server = undefined;
      await reader.cancel().catch(() => undefined);
    }
  }
}

/**
 * The next bytes; `undefined` where there are none any more: at the end, after too long a silence, or since it broke off.
 *
 * @throws the signal's reason, as soon as it is aborted
 */
async function nextOf(
  reader: Stream['reader'],
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const limit = new Limit([signal], SILENCE_MS);
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  limit.signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    const { value } = await reader.read().catch(() => ({ value: undefined }));
    signal.throwIfAborted();
    return value;
  } finally {
    limit.end();
  }
}
