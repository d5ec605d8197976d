import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for an upstream: an HTTP server on a free port of the loopback interface. */
export class AnsweringUpstream implements AsyncDisposable {
  /** The paths and queries that were asked for, in order. */
  readonly asked: URL[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', ({ url = '' }) => {
      this.asked.push(new URL(url, this.url));
    });
  }

  static async start(answer: RequestListener): Promise<AnsweringUpstream> {
    const server = createServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AnsweringUpstream(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
