import type { Socket } from 'node:net';

import type { Framing } from './options.ts';
import { ClientSession, type Answer } from './session.ts';

/** With idle framing, so much silence ends a command, in milliseconds. */
const IDLE_MS = 200;
/** How long a client may take to close its end once this one is closed, in milliseconds. */
const LINGER_MS = 1000;

/** The socket of a client's session: reads, writes, and ends when both have no more to say. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #session: ClientSession;
  readonly #activate: () => void;
  #reading = true;
  #ended = false;

  /**
   * @param activate asks that `work` and then `flush` be called soon
   * @param onClose told once when the connection has closed, and why
   */
  constructor(
    socket: Socket,
    framing: Framing,
    answer: Answer,
    activate: () => void,
    onClose: (detail: string) => void,
  ) {
    this.#socket = socket;
    this.#session = new ClientSession(answer, activate);
    this.#activate = activate;
    const idle = framing === 'idle' ? setTimeout(() => this.#silence(), IDLE_MS) : undefined;

    socket.on('data', (bytes) => {
      if (!this.#reading) return;
      idle?.refresh();
      this.#session.receive(bytes);
      activate();
    });
    socket.on('end', () => this.#receiveEnd());
    socket.on('drain', () => this.#pace());
    let detail = 'ended';
    socket.on('error', (error) => (detail = error.message));
    socket.once('close', () => {
      clearTimeout(idle);
      this.#reading = false;
      onClose(detail);
    });
  }

  /** Works through what the client has sent. */
  work(): void {
    this.#session.work();
  }

  /** Sends the replies that are ready, in one write; ends the connection once all is said. */
  flush(): void {
    const replies = this.#session.takeReplies();
    if (replies !== '' && this.#socket.writable) this.#socket.write(replies, 'latin1');
    if (this.#session.done) this.#end();
    else this.#pace();
  }

  /** Reads no more commands; ends once those that were read are answered. */
  finish(): void {
    this.#reading = false;
    this.#session.stop();
    this.#activate();
  }

  /** Ends at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receiveEnd(): void {
    this.#reading = false;
    this.#session.receiveEnd();
    this.#activate();
  }

  /** A command that ends in silence is the connection's last one. */
  #silence(): void {
    if (this.#session.unfinished) this.#receiveEnd();
  }

  /** Reads from the client only while it takes its replies and not too many commands wait. */
  #pace(): void {
    if (this.#session.busy || this.#socket.writableNeedDrain) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Says that there are no more replies. What the client still sends is read and thrown away. */
  #end(): void {
    if (this.#ended || this.#socket.destroyed) return;
    this.#ended = true;
    this.#reading = false;
    this.#socket.end();
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }
}
