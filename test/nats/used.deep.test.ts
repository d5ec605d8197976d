import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { NatsCluster } from '../support/nats.ts';
import { untilLogged } from '../support/server-log.ts';
import { sharedBrowser, WITH_BROWSER } from '../dashboard/browser.ts';
import { clientsIn } from '../dashboard/page-state.ts';
import { FollowedClients, LastPage } from './followed-clients.ts';

const browser = sharedBrowser();
const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell'];
const CLIENTS = 60;

interface Herd {
  readonly nats?: string;
  readonly servers: readonly { readonly server: string; readonly clients: number }[];
}

interface Listed {
  readonly clients: readonly { readonly client: string; readonly distanceM?: number }[];
  readonly next?: string;
}

interface Counts {
  readonly total: number;
  readonly cells: readonly { readonly count: number; readonly latitude: number }[];
}

/** What a server answers; `undefined` where that is no success. */
async function get<T>(herd: TestHerd, server: string, path: string): Promise<T | undefined> {
  const { status, json } = await ask(herd.gateway(server), { path });
  return status === 200 ? (json as T) : undefined;
}

/** All that a list has, page by page. */
async function listAll(herd: TestHerd, server: string, query: string): Promise<string[]> {
  const found: string[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const page: Listed | undefined = await get(herd, server, `/v1/clients?${query}${cursor}`);
    assert.ok(page !== undefined);
    found.push(...page.clients.map(({ client }) => client));
    next = page.next;
  }
  return found;
}

/** Puts a geofence around the clients 16 to 24, and waits until all servers have it. */
async function putHome(herd: TestHerd): Promise<void> {
  const path = '/v1/geofences/home';
  const shape = { type: 'circle', latitude: 34.02, longitude: -118.445127, radiusM: 450 };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ shape });
  const { status } = await ask(herd.gateway('Riley'), { method: 'PUT', path, headers, body });
  assert.equal(status, 204);
  for (const server of SERVERS) {
    await eventuallyTrue(`${server} has the geofence`, async () => {
      return (await get(herd, server, path)) !== undefined;
    });
  }
}

test('with interest: used each server answers for all clients, and holds some', async (context) => {
  await using nats = await NatsCluster.start();
  await using herd = await TestHerd.make({
    servers: SERVERS,
    hasGateways: true,
    acknowledge: 'replicated',
    data: 'none',
    replication: { engine: 'nats', interest: 'used', servers: nats.urls, cache: 5 },
  });
  const processes = await herd.serveAll();
  for (const server of SERVERS) await untilLogged(herd, server, { event: 'nats-up' });
  const names = Array.from({ length: CLIENTS }, (_, index) => `client-${index}`);
  const replies = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const server = SERVERS[index % SERVERS.length] ?? '';
    await using client = await TestClient.connect(herd.clients(server));
    const latitude = (34 + index / 1000).toFixed(6);
    replies.set(name, await client.ask(`IAMAT ${name} +${latitude}-118.445127 1621464827.5`));
  }

  await context.test('WHATSAT at any server, of any client', async () => {
    for (const server of SERVERS) {
      await using asking = await TestClient.connect(herd.clients(server));
      for (const name of names) {
        assert.equal(await locateOn(asking, name), replies.get(name), `${name} at ${server}`);
      }
      assert.equal(await locateOn(asking, 'nobody'), undefined);
    }
  });

  await context.test('who is near, and all of them, page by page', async () => {
    for (const server of SERVERS) {
      await eventuallyTrue(`${server} can ask those who hold the clients`, async () => {
        return (await get(herd, server, '/v1/clients?limit=1')) !== undefined;
      });
      const near = await get<Listed>(herd, server, '/v1/clients?near=34,-118.445127&limit=5');
      assert.deepEqual(
        near?.clients.map(({ client }) => client),
        names.slice(0, 5),
      );
      const all = await listAll(herd, server, 'near=34,-118.445127&limit=7');
      assert.deepEqual(all, names);
      assert.deepEqual((await listAll(herd, server, 'limit=9')).sort(), names.toSorted());
    }
  });

  await context.test('how many are where', async () => {
    for (const server of SERVERS) {
      const counts = await get<Counts>(herd, server, '/v1/cells?zoom=6');
      assert.equal(counts?.total, CLIENTS, server);
      assert.equal(counts.cells.length, 1);
      assert.equal(counts.cells[0]?.latitude, 34.0295);
      const some = await get<Counts>(herd, server, '/v1/cells?zoom=6&name=client-1*');
      assert.equal(some?.total, names.filter((name) => name.startsWith('client-1')).length);
    }
  });

  await context.test('no server holds all', async () => {
    for (const server of SERVERS) {
      const known = await eventually(`${server} has dropped what it does not hold`, async () => {
        const answer = await get<Herd>(herd, server, '/v1/herd');
        const { clients } = answer?.servers.find((each) => each.server === server) ?? {};
        return clients !== undefined && clients < CLIENTS ? clients : undefined;
      });
      assert.ok(known > 0);
    }
  });

  await context.test('a newer report is seen at once where the client is asked for', async () => {
    await using telling = await TestClient.connect(herd.clients('Riley'));
    const reply = await telling.ask('IAMAT client-7 +1.0+2.0 1621464999');
    for (const server of SERVERS) {
      await using asking = await TestClient.connect(herd.clients(server));
      await eventuallyTrue(`${server} knows it`, async () => {
        return (await locateOn(asking, 'client-7')) === reply;
      });
    }
  });

  const report = async (server: string, client: string, latitude: number): Promise<void> => {
    await using telling = await TestClient.connect(herd.clients(server));
    const at = `+${latitude.toFixed(6)}-118.445127`;
    await telling.ask(`IAMAT ${client} ${at} ${Date.now() / 1000}`);
  };
  /** A stream at each server, for as long as the test lasts. */
  const follow = async (query: string): Promise<FollowedClients[]> => {
    const opening = SERVERS.map((server) => FollowedClients.open(herd.gateway(server), query));
    const streams = await Promise.all(opening);
    context.after(() => Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]())));
    return streams;
  };

  /** Has a client leave its geofence, and waits until streams tell of that, but for those that begin anew. */
  const leaveHome = async (client: string, streams: readonly FollowedClients[]): Promise<void> => {
    const resets = streams.map((stream) => stream.resets);
    await report('Riley', client, 13);
    for (const [index, stream] of streams.entries()) {
      await stream.until(`${client} has left`, () => {
        const isTold = stream.transitions.includes(`leave ${client} home`);
        return isTold || stream.resets > (resets[index] ?? 0);
      });
    }
  };

  // Nobody listens yet to what all clients report, and more are at home than the cache has room for.
  const home = names.slice(16, 25);
  await putHome(herd);
  for (const [index, name] of home.entries()) {
    await report(SERVERS[index % SERVERS.length] ?? '', name, 34.016 + index / 1000);
  }
  const ofHome = await follow('geofence=home');

  await context.test('streams of a geofence: who is in it, who comes and who goes', async () => {
    for (const stream of ofHome) {
      await stream.until('all who are at home', () => stream.clients.join() === home.join());
    }
    await report('Riley', 'client-30', 34.02);
    await report('Jaquez', 'client-20', 35);
    const then = home.map((name) => (name === 'client-20' ? 'client-30' : name)).toSorted();
    const expected = ['enter client-30 home', 'leave client-20 home'];
    for (const stream of ofHome) {
      await stream.until('who came and who went', () => stream.clients.join() === then.join());
      // One that began anew, since NATS was out of reach, is not told what happened meanwhile.
      if (stream.resets === 0) assert.deepEqual(stream.transitions.toSorted(), expected);
    }
    await report('Juzang', 'client-30', 34.03);
    await report('Campbell', 'client-20', 34.02);
    expected.push('enter client-20 home', 'leave client-30 home');
    for (const stream of ofHome) {
      await stream.until('and back', () => stream.clients.join() === home.join());
      if (stream.resets === 0) assert.deepEqual(stream.transitions.toSorted(), expected.toSorted());
    }
  });

  const all = await follow('');

  await context.test('a stream of all, whoever holds the clients', async () => {
    for (const [index, stream] of all.entries()) {
      const server = SERVERS[index];
      const sorted = names.toSorted().join();
      await stream.until(`${server} tells of all`, () => stream.clients.join() === sorted);
    }
    for (const [index, server] of SERVERS.entries()) await report(server, `client-${index}`, index);
    for (const [index, stream] of all.entries()) {
      await stream.until(`${SERVERS[index]} tells of each report`, () =>
        SERVERS.every((_, each) => stream.latitudeOf(`client-${each}`) === each),
      );
    }
    await report('Riley', 'gone', 1);
    for (const stream of all) await stream.until('it came', () => stream.clients.includes('gone'));
    await ask(herd.gateway('Jaquez'), { method: 'DELETE', path: '/v1/clients/gone' });
    for (const stream of all) await stream.until('it went', () => !stream.clients.includes('gone'));
  });

  await context.test('streams of an area, and of IDs that are alike', async () => {
    for (const server of SERVERS) {
      await using area = await FollowedClients.open(
        herd.gateway(server),
        'bbox=-119,34.0495,-118,34.0595',
      );
      const within = names.slice(50).toSorted();
      await area.until(`${server} tells of the area`, () => area.clients.join() === within.join());
      await report('Jaquez', 'client-55', 50);
      await report('Riley', 'client-9', 34.05);
      const then = [...within.filter((name) => name !== 'client-55'), 'client-9'].toSorted();
      await area.until('who comes and goes', () => area.clients.join() === then.join());
      await report('Juzang', 'client-55', 34.055);
      await report('Juzang', 'client-9', 34.009);
      await area.until('and back', () => area.clients.join() === within.join());

      await using alike = await FollowedClients.open(herd.gateway(server), 'name=client-1*');
      const named = names.filter((name) => name.startsWith('client-1')).toSorted();
      await alike.until(`${server} tells of some`, () => alike.clients.join() === named.join());
    }
  });

  await context.test('a stream that goes on elsewhere begins anew, and tells all', async () => {
    const first = all[0];
    const id = await eventually('a cursor', () => first?.reader.lastEventId);
    await using stream = await FollowedClients.open(herd.gateway('Campbell'), '', id);
    await stream.until('it tells of all', () => stream.clients.length === CLIENTS);
    assert.ok(stream.resets > 0);
  });

  await context.test("OwnTracks' page", async () => {
    await using page = await LastPage.open(herd.gateway('Juzang'));
    await eventuallyTrue('it gets all', () => page.latitudes.size === CLIENTS);
    await report('Riley', 'client-30', 77);
    await eventuallyTrue('and what is reported', () => [...page.latitudes.values()].includes(77));
  });

  await context.test('the dashboard has all clients on its map', WITH_BROWSER, async () => {
    await using page = await (await browser()).open(herd.gateway('Campbell'));
    await page.untilLive();
    await eventuallyTrue('it has all', async () => (await clientsIn(page)).size === CLIENTS);
    await report('Riley', 'client-31', 44);
    await eventuallyTrue('and what is reported', async () => {
      return (await clientsIn(page)).get('client-31')?.[0] === 44;
    });
    assert.deepEqual(page.faults, []);
  });

  await context.test('when a server is killed the others answer for what it held', async () => {
    processes.get('Campbell')?.signal('SIGKILL');
    await processes.get('Campbell')?.exited;
    for (const server of SERVERS.slice(0, 3)) {
      await eventuallyTrue(`${server} finds all`, async () => {
        if ((await get(herd, server, '/v1/clients?limit=1')) === undefined) return false;
        return (await listAll(herd, server, 'limit=9')).length === CLIENTS;
      });
    }
    await report('Jaquez', 'client-40', 11);
    await report('Juzang', 'client-41', 12);
    await leaveHome('client-22', [...ofHome.slice(0, 3), ...all.slice(0, 3)]);
    for (const stream of all.slice(0, 3)) {
      await stream.until('streams go on', () => {
        const latitudes = [stream.latitudeOf('client-40'), stream.latitudeOf('client-41')];
        return latitudes.join() === '11,12' && stream.clients.length === CLIENTS;
      });
    }
  });

  await context.test('streams begin anew when NATS is back that was away', async () => {
    const left = all.slice(0, 3);
    const untilNats = (server: string, state: string): Promise<void> =>
      eventuallyTrue(`${server} says that NATS is ${state}`, async () => {
        return (await get<Herd>(herd, server, '/v1/herd'))?.nats === state;
      });
    await nats.kill(0);
    for (const server of SERVERS.slice(0, 3)) await untilNats(server, 'away');
    const reporting: Promise<void>[] = []; // answered when NATS is back
    for (const [index, server] of SERVERS.slice(0, 3).entries()) {
      reporting.push(report(server, `client-${50 + index}`, 20 + index));
      await left[index]?.until(`${server} tells of its own client`, () => {
        return left[index]?.latitudeOf(`client-${50 + index}`) === 20 + index;
      });
    }
    const resets = left.map((stream) => stream.resets);
    await nats.startServer(0);
    await Promise.all(reporting);
    for (const server of SERVERS.slice(0, 3)) await untilNats(server, 'connected');
    for (const [index, stream] of left.entries()) {
      await stream.until('it has begun anew, and tells all', () => {
        const isWhole = stream.clients.length === CLIENTS;
        const latitudes = [50, 51, 52].map((each) => stream.latitudeOf(`client-${each}`));
        return stream.resets > (resets[index] ?? 0) && isWhole && latitudes.join() === '20,21,22';
      });
    }
    const still = home.filter((name) => name !== 'client-22').join();
    for (const stream of ofHome.slice(0, 3)) {
      await stream.until(
        'who is at home',
        () => stream.resets > 0 && stream.clients.join() === still,
      );
    }
    await leaveHome('client-23', ofHome.slice(0, 3));
  });
});
