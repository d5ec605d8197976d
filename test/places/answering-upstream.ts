import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an upstream was asked. */
export interface AskedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Promise<string>;
}

/** A stand-in for an upstream: an HTTP server on a free port of the loopback interface. */
export class AnsweringUpstream implements AsyncDisposable {
  /** In the order in which they came. */
  readonly requests: AskedRequest[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', (request) => {
      const { method = '', url = '', headers } = request;
      // A connection that breaks off does not matter to the test.
      const body = text(request).catch(() => '');
      this.requests.push({ method, url: new URL(url, this.url), headers, body });
    });
  }

  static async start(answer: RequestListener): Promise<AnsweringUpstream> {
    const server = createServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AnsweringUpstream(server);
  }

  /** The paths and queries that were asked for, in order. */
  get asked(): URL[] {
    return this.requests.map(({ url }) => url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
