import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { HerdSpec } from './herd.ts';
import { eventually } from './eventually.ts';

/** A request that waits for the test to answer it, in whatever way it likes. */
interface PendingRequest {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

/** An upstream of places whose every answer is under the test's control. */
export class TestUpstream implements AsyncDisposable {
  readonly #server: Server;
  readonly #pending: PendingRequest[] = [];
  #answer: string | undefined;

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      if (this.#answer !== undefined) response.end(this.#answer);
      else this.#pending.push({ query: new URL(url, 'http://upstream').searchParams, response });
    });
  }

  static async start(): Promise<TestUpstream> {
    const upstream = new TestUpstream();
    upstream.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(upstream.#server, 'listening');
    return upstream;
  }

  /** The `places` of a configuration that asks this upstream. */
  get places(): NonNullable<HerdSpec['places']> {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { provider: 'google-legacy', url: `http://127.0.0.1:${port}` };
  }

  /** The next request for places within this radius, as soon as there is one. */
  request(radiusMetres: number): Promise<PendingRequest> {
    return eventually(`the upstream is asked for places within ${radiusMetres} m`, () => {
      const index = this.#pending.findIndex(
        ({ query }) => query.get('radius') === String(radiusMetres),
      );
      return index === -1 ? undefined : this.#pending.splice(index, 1)[0];
    });
  }

  /** Answers all further requests with this at once. */
  answerFromNowOn(text: string): void {
    this.#answer = text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A place of which only the name matters. */
function placeNamed(name: string): Readonly<Record<string, unknown>> {
  return {
    name,
    place_id: `id of ${name}`,
    geometry: { location: { lat: 34.06893, lng: -118.445127 } },
    types: ['cafe'],
    vicinity: 'Los Angeles',
  };
}

/** An upstream's answer with these places. */
export function pageOf(...names: readonly string[]): Readonly<Record<string, unknown>> {
  return { html_attributions: [], results: names.map(placeNamed), status: 'OK' };
}
