import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How soon a connection that was refused is tried again, in milliseconds. */
const RETRY_MS = 2;

/** A connection that says one thing at a time and waits for the answer. */
export class Conversation {
  readonly #socket: Socket;
  readonly #ended: Promise<never>;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => (this.#received += text));
    this.#ended = once(socket, 'close').then(() => {
      throw new Error('the server closed the connection');
    });
    this.#ended.catch(() => undefined); // thrown to the caller that waits for an answer
  }

  static async connect(port: number): Promise<Conversation> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new Conversation(socket);
  }

  /** Connects as soon as something listens. */
  static async connectSoon(port: number): Promise<Conversation> {
    for (;;) {
      try {
        return await Conversation.connect(port);
      } catch {
        await delay(RETRY_MS);
      }
    }
  }

  /** Says something, and returns what comes back once it is whole. Throws where the connection ends. */
  async exchange(text: string, isWhole: (received: string) => boolean): Promise<string> {
    this.#socket.write(text, 'latin1');
    while (!isWhole(this.#received)) {
      await Promise.race([once(this.#socket, 'data'), this.#ended]);
    }
    const received = this.#received;
    this.#received = '';
    return received;
  }

  close(): void {
    this.#socket.destroy();
  }
}
