import type { AcceptWebSocket, Caller } from '../api/route.ts';
import { Problem, retryAfter } from '../http/problems.ts';
import type { Clock } from '../../transport/channel.ts';
import type { LiveCursor } from '../../service/live/cursor.ts';
import type { LiveFilter } from '../../service/live/filter.ts';
import type { LiveHub } from '../../service/live/hub.ts';
import type { LiveStream } from './live-stream.ts';
import { SseStream } from './sse-stream.ts';
import { EVENT_MESSAGES, type MessageDialect } from './messages.ts';
import { RECORDER_MESSAGES } from '../recorder/messages.ts';
import { WebSocketStream } from './web-socket-stream.ts';

/** Who opens a stream. */
type Subscriber = Pick<Caller, 'tokenId'>;

/** The most streams at once: half of the connections, so that the other half can ask. */
const MAX_STREAMS = 5_000;
/** The most streams of one token: a page or two on each screen of a control room. */
const MAX_STREAMS_A_TOKEN = 100;
/** How often a stream says that it is there, in milliseconds: proxies drop what is silent for half a minute or more. */
const HEARTBEAT_MS = 15_000;
/**
 * How long a stream goes on, in milliseconds, up to twice that at random: so that streams spread over the servers
 * again after one was away, and not all at once.
 */
const LIFE_MS = 1_800_000;
/** How long browsers wait before they connect again, in milliseconds, up to twice that at random. */
const RETRY_MS = 1_000;

/** All streams of live updates of a server. */
export class LiveStreams {
  readonly #hub: LiveHub;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #streams = new Set<LiveStream>();
  readonly #perToken = new Map<string, number>();
  #cancelHeartbeat: (() => void) | undefined;

  /** @param random from 0 to below 1 */
  constructor(hub: LiveHub, clock: Clock, random: () => number) {
    this.#hub = hub;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Begins a stream of server-sent events.
   *
   * @param had where the subscriber goes on
   * @throws {Problem} where there are too many
   */
  open({ tokenId }: Subscriber, filter: LiveFilter, had: LiveCursor | undefined): SseStream {
    this.#requireRoom(tokenId);
    const stream = new SseStream(Math.round(RETRY_MS * (1 + this.#random())));
    stream.once('close', this.#begin(stream, tokenId, filter, had));
    return stream;
  }

  /**
   * Begins a stream on the WebSocket that the returned function is given.
   *
   * @param had where the subscriber goes on
   * @throws {Problem} where there are too many
   */
  openWebSocket(
    { tokenId }: Subscriber,
    filter: LiveFilter,
    had: LiveCursor | undefined,
  ): AcceptWebSocket {
    return this.#accept(tokenId, filter, had, EVENT_MESSAGES);
  }

  /**
   * Begins a stream of OwnTracks' recorder on the WebSocket that the returned function is given.
   *
   * @throws {Problem} where there are too many
   */
  openRecorder({ tokenId }: Subscriber, filter: LiveFilter): AcceptWebSocket {
    return this.#accept(tokenId, filter, undefined, RECORDER_MESSAGES);
  }

  #accept(
    tokenId: string | undefined,
    filter: LiveFilter,
    had: LiveCursor | undefined,
    dialect: MessageDialect,
  ): AcceptWebSocket {
    this.#requireRoom(tokenId);
    return (socket, connection) => {
      const stream = new WebSocketStream(socket, connection, dialect);
      socket.once('close', this.#begin(stream, tokenId, filter, had));
    };
  }

  /** Sends what has changed. A phase of each tick. */
  flush(): void {
    this.#hub.flush();
  }

  /** Ends all streams in good order. */
  close(): void {
    for (const stream of this.#streams) stream.finish();
  }

  #requireRoom(tokenId: string | undefined): void {
    if (this.#streams.size >= MAX_STREAMS) {
      throw new Problem('overloaded', `there are ${MAX_STREAMS} streams`, {}, retryAfter(10));
    }
    if (tokenId === undefined || (this.#perToken.get(tokenId) ?? 0) < MAX_STREAMS_A_TOKEN) return;
    const detail = `this token has ${MAX_STREAMS_A_TOKEN} streams at this server`;
    throw new Problem('too-many-streams', detail, {}, retryAfter(10));
  }

  /** @returns what is to be called when the stream has ended */
  #begin(
    stream: LiveStream,
    tokenId: string | undefined,
    filter: LiveFilter,
    had: LiveCursor | undefined,
  ): () => void {
    const cancelEnd = this.#clock.after(LIFE_MS * (1 + this.#random()), () => stream.finish());
    this.#streams.add(stream);
    if (tokenId !== undefined) {
      this.#perToken.set(tokenId, (this.#perToken.get(tokenId) ?? 0) + 1);
    }
    stream.begin(() => this.#hub.subscribe(filter, stream, had));
    if (this.#cancelHeartbeat === undefined) this.#beatLater();
    return () => {
      cancelEnd();
      this.#remove(stream, tokenId);
    };
  }

  #remove(stream: LiveStream, tokenId: string | undefined): void {
    this.#streams.delete(stream);
    if (tokenId !== undefined) {
      const left = (this.#perToken.get(tokenId) ?? 0) - 1;
      if (left > 0) this.#perToken.set(tokenId, left);
      else this.#perToken.delete(tokenId);
    }
    if (this.#streams.size > 0) return;
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = undefined;
  }

  #beatLater(): void {
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_MS, () => {
      for (const stream of this.#streams) stream.heartbeat();
      this.#beatLater();
    });
  }
}
