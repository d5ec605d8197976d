import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

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
    fake.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(fake.#server, 'listening');
    return fake;
  }

  get address(): Address {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { host: '127.0.0.1', port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
