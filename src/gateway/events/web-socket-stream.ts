import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

import type { LiveCursor } from '../../service/live/cursor.ts';
import type { LiveBatch } from '../../service/live/events.ts';
import { formatLiveCursor } from './live-cursor.ts';
import type { LiveStream, Subscribe } from './live-stream.ts';
import type { MessageDialect } from './messages.ts';

/** How much waits for a reader at most before it counts as slow, in bytes; one batch may come on top. */
const BUFFER_BYTES = 64 * 1024;
/** How many pings in a row may go without an answer: the other end is then taken for dead. */
const MAX_UNANSWERED_PINGS = 4;

/** Why a WebSocket is closed (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const AS_TEXT = { binary: false };

/** Events as messages of a WebSocket. A slow reader gets fewer, and never more than wait here. */
export class WebSocketStream implements LiveStream {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  readonly #dialect: MessageDialect;
  #subscribe: Subscribe | undefined;
  #subscription: ReturnType<Subscribe> | undefined;
  /** Whether all has been sent that was asked for. */
  #isReady = true;
  #unanswered = 0;

  /** @param connection the WebSocket's connection */
  constructor(socket: WebSocket, connection: Duplex, dialect: MessageDialect) {
    this.#socket = socket;
    this.#connection = connection;
    this.#dialect = dialect;
    socket.on('pong', () => (this.#unanswered = 0));
    socket.on('message', (message, isBinary) => {
      this.#take(isBinary || !Buffer.isBuffer(message) ? undefined : message.toString());
    });
    socket.on('error', () => undefined); // it is closed, with the code that says why
    socket.once('close', () => this.#subscription?.close());
  }

  begin(subscribe: Subscribe): void {
    this.#subscribe = subscribe;
    if (this.#dialect.request === undefined) this.#subscription = subscribe();
  }

  send(batch: LiveBatch): boolean {
    if (batch.events.some(({ kind }) => kind === 'ready')) this.#isReady = true;
    this.#connection.cork();
    for (const message of batch.encode(this.#dialect.encode)) this.#socket.send(message, AS_TEXT);
    this.#connection.uncork();
    if (this.#socket.bufferedAmount < BUFFER_BYTES) return true;
    // Goes on when all has been taken: a ping is the last thing that waits.
    this.#socket.ping(undefined, false, () => this.#subscription?.resume());
    return false;
  }

  mark(cursor: LiveCursor): void {
    const message = this.#dialect.encodeCursor?.(formatLiveCursor(cursor));
    if (message !== undefined) this.#socket.send(message);
  }

  heartbeat(): void {
    if (this.#socket.bufferedAmount > 0) return;
    if (this.#unanswered >= MAX_UNANSWERED_PINGS) return this.#socket.terminate();
    this.#unanswered += 1;
    this.#socket.ping();
  }

  finish(): void {
    this.#subscription?.close();
    this.#socket.close(GOING_AWAY, 'connect again');
  }

  /** @param message `undefined` where it is no text */
  #take(message: string | undefined): void {
    const { request } = this.#dialect;
    if (request === undefined || message !== request) {
      const taken = request === undefined ? 'no messages' : `${request} alone`;
      this.#socket.close(POLICY_VIOLATION, `this stream takes ${taken}`);
      return;
    }
    if (!this.#isReady) return; // all is being sent
    this.#isReady = false;
    this.#subscription?.close();
    this.#subscription = this.#subscribe?.();
  }
}
