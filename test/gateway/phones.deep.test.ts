import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as requestHttp, type IncomingMessage } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import type { Address } from '#src/transport/address.js';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import type { TestProcess } from '../support/process.ts';
import { untilLink } from '../support/server-log.ts';

/* Phones whose servers are killed: what they were told was stored is not lost, and what was not, they send again. */

/** One address in front of several gateways: a connection goes to the first that takes it. */
class FrontAddress implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(gateways: readonly Address[]) {
    this.#server = createServer((client) => void this.#pass(client, gateways));
  }

  static async start(gateways: readonly Address[]): Promise<FrontAddress> {
    const front = new FrontAddress(gateways);
    front.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(front.#server, 'listening');
    return front;
  }

  get address(): Address {
    const address = this.#server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return { host: '127.0.0.1', port: address.port };
  }

  async #pass(client: Socket, gateways: readonly Address[]): Promise<void> {
    this.#keep(client);
    for (const gateway of gateways) {
      const server = connect(gateway);
      this.#keep(server);
      const isOpen = await once(server, 'connect').then(
        () => true,
        () => false,
      );
      if (!isOpen) continue;
      client.pipe(server).pipe(client);
      client.once('close', () => server.destroy());
      server.once('close', () => client.destroy());
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // a killed server resets its connections
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** How an app says that its phone was at a latitude at a time, in seconds. */
const REPORTS: Readonly<Record<string, (latitude: number, tst: number) => string>> = {
  owntracks: (lat, tst) => JSON.stringify({ _type: 'location', tid: 'an', lat, lon: 8, tst }),
  traccar: (lat, tst) => `id=an&lat=${lat}&lon=8&timestamp=${tst}`,
  colota: (lat, tst) => JSON.stringify({ id: 'an', lat, lon: 8, tst }),
  overland: (lat, tst) =>
    JSON.stringify({
      locations: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [8, lat] },
          properties: { device_id: 'an', timestamp: new Date(tst * 1000).toISOString() },
        },
      ],
    }),
};

/** A phone on one connection that it keeps; as apps do, it sends a report again until it is told of a success. */
class Phone implements Disposable {
  readonly #to: Address;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(to: Address) {
    this.#to = to;
  }

  async report(app: string, latitude: number, tst: number): Promise<void> {
    const body = REPORTS[app]?.(latitude, tst) ?? '';
    await eventually(`${app} is told of a success`, async () => {
      const status = await this.#send(`/in/${app}`, body).catch(() => undefined);
      return status === 200 || undefined;
    });
  }

  async #send(path: string, body: string): Promise<number | undefined> {
    const request = requestHttp({ ...this.#to, method: 'POST', path, agent: this.#agent });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

async function kill(server: TestProcess | undefined): Promise<void> {
  server?.signal('SIGKILL');
  await server?.exited;
}

/** Waits until a server has the latitude that was reported last. */
async function untilAt(herd: TestHerd, server: string, latitude: number): Promise<void> {
  await eventually(`${server} has ${latitude}`, async () => {
    const { status, json } = await ask(herd.gateway(server), { path: '/v1/clients/an' });
    return (status === 200 && (json as { latitude: number }).latitude === latitude) || undefined;
  });
}

test('a phone behind one address goes on at another server when its own is killed', async () => {
  const servers = ['Riley', 'Jaquez'];
  await using herd = await TestHerd.make({
    servers,
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
  });
  const processes = await herd.serveAll();
  await using front = await FrontAddress.start(servers.map((name) => herd.gateway(name)));
  using phone = new Phone(front.address);
  let n = 0;
  for (const app of Object.keys(REPORTS)) {
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    await phone.report(app, ++n, n);
    await kill(processes.get('Riley'));
    await untilAt(herd, 'Jaquez', n);
    await phone.report(app, ++n, n);
    await untilAt(herd, 'Jaquez', n);
    processes.set('Riley', await herd.serve('Riley'));
    await untilAt(herd, 'Riley', n);
  }
});

test('journaled: what phones were told was stored outlives the kill of their only server, ten requests at once', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley'],
    acknowledge: 'journaled',
    hasGateways: true,
  });
  const told = new Map<string, number>();
  let successes = 0;
  for (let round = 1; round <= 3; round++) {
    const riley = await herd.serve('Riley');
    const killing = new AbortController();
    const sending = Array.from({ length: 10 }, async (_, lane) => {
      for (let n = 0; !killing.signal.aborted; n++) {
        const [id, tst] = [`phone-${lane}-${n % 10}`, round * 100_000 + n];
        const body = JSON.stringify({ id, lat: tst / 1e5, lon: 8, tst });
        const asked = { method: 'POST', path: '/in/colota', body };
        const reply = await ask(herd.gateway('Riley'), asked).catch(() => undefined);
        if (reply?.status !== 200) continue;
        told.set(id, tst / 1e5);
        successes += 1;
      }
    });
    const before = successes;
    await eventuallyTrue('phones were told of successes', () => successes > before + 200);
    await kill(riley);
    killing.abort();
    await Promise.all(sending);
    const again = await herd.serve('Riley');
    await eventuallyTrue('Riley has read its journal', async () => {
      return (await ask(herd.gateway('Riley'), { path: '/readyz' })).status === 200;
    });
    for (const [client, latitude] of told) {
      const { json } = await ask(herd.gateway('Riley'), { path: `/v1/clients/${client}` });
      // What was stored and whose success did not arrive any more may be newer.
      const found = (json as { latitude: number }).latitude;
      assert.ok(found >= latitude, `${client}: ${latitude}, found ${JSON.stringify(json)}`);
    }
    await kill(again);
  }
});
