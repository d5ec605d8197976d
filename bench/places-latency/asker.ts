import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection to a server, with one command under way at a time. */
export class Asker {
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => (this.#received += text));
  }

  static async connect(port: number): Promise<Asker> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new Asker(socket);
  }

  /** Reports a client's position, and returns how long the reply took, in milliseconds. */
  async report(client: string, position: string, time: number): Promise<number> {
    const { reply, ms } = await this.#ask(`IAMAT ${client} ${position} ${time}\n`, '\n');
    if (!reply.startsWith('AT ')) throw new Error(`the reply to a report is ${reply}`);
    return ms;
  }

  /** Asks for the five places around a client, and returns how long the reply took, in milliseconds. */
  async places(client: string): Promise<number> {
    const { reply, ms } = await this.#ask(`WHATSAT ${client} 1 5\n`, '\n\n');
    if (!reply.includes('"status": "OK"')) throw new Error(`the reply for ${client} is ${reply}`);
    return ms;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(command: string, end: string): Promise<{ reply: string; ms: number }> {
    const asked = performance.now();
    this.#received = '';
    this.#socket.write(command, 'latin1');
    while (!this.#received.endsWith(end)) await once(this.#socket, 'data');
    return { reply: this.#received, ms: performance.now() - asked };
  }
}
