import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What is no command is answered at once, in the tick that reads it. */
const COMMAND = 'PING\n';
const REPLY = '? PING\n';
const EVERY_MS = 1;

/**
 * A client that says something every millisecond, whether or not there was a reply to what it said before: so a
 * tick that takes long is felt by all that comes while it does.
 */
export class QuietClient {
  readonly #socket: Socket;
  /** When each command was written that has no reply yet. */
  readonly #waiting: number[] = [];
  readonly #waitsMs: number[] = [];
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
  }

  static async connect(port: number): Promise<QuietClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new QuietClient(socket);
  }

  /**
   * Asks until `signal` aborts, and then waits for the last reply.
   *
   * @returns how long each reply took, in milliseconds
   */
  async ask(signal: AbortSignal): Promise<Float64Array> {
    this.#waitsMs.length = 0;
    const timer = setInterval(() => {
      this.#waiting.push(performance.now());
      this.#socket.write(COMMAND);
    }, EVERY_MS);
    if (!signal.aborted) await once(signal, 'abort');
    clearInterval(timer);
    while (this.#waiting.length > 0) await once(this.#socket, 'data');
    return Float64Array.from(this.#waitsMs);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    const now = performance.now();
    this.#received += text;
    while (this.#received.startsWith(REPLY)) {
      this.#received = this.#received.slice(REPLY.length);
      const asked = this.#waiting.shift();
      if (asked !== undefined) this.#waitsMs.push(now - asked);
    }
    if (!REPLY.startsWith(this.#received)) {
      this.#socket.destroy(new Error(`the reply to ${COMMAND.trim()} is ${this.#received}`));
    }
  }
}
