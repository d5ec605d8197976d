import type { Address } from '#src/transport/address.js';
import { createServer, type Server, type Socket } from 'node:net';
import { endServer, listenOnLoopback, loopbackAddress } from '../support/loopback.ts';

/** A server that does with each connection what a test wants. Disposing it ends all. */
export class FakeServer implements AsyncDisposable {
  /** How many connections there were. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(onLine: (line: string, socket: Socket) => void) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1;
      this.#sockets.add(socket.setEncoding('latin1'));
      socket.on('error', () => undefined); // the client may be gone
      socket.on('close', () => this.#sockets.delete(socket));
      let rest = '';
      socket.on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line, socket);
      });
    });
  }

  /** @param onLine called with each line, without its LF, and the connection that it came on */
  static async start(onLine: (line: string, socket: Socket) => void): Promise<FakeServer> {
    const fake = new FakeServer(onLine);
    await listenOnLoopback(fake.#server);
    return fake;
  }

  get address(): Address {
    return loopbackAddress(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#server, this.#sockets);
  }
}
