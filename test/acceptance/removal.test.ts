import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ServerOptions } from '#src/server/options.js';
import type { HerdServer } from '#src/server/herd-server.js';
import { startServer } from '#src/server/server.js';
import { exchange } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { ownOptions } from '../support/own-server.ts';
import { takePorts } from '../support/ports.ts';

/* No command removes a client: what removes one calls the server's service. */

const HOST = '127.0.0.1';
const KIWI = Buffer.from('kiwi');

/** Two linked servers in the test's own process, with journals, on real sockets. */
class Pair implements AsyncDisposable {
  readonly #folder: TestFolder;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #tombstoneGraceMs: number;
  readonly #running = new Map<string, HerdServer>();

  private constructor(folder: TestFolder, ports: readonly number[], tombstoneGraceMs: number) {
    this.#folder = folder;
    this.#ports = new Map(['Riley', 'Jaquez'].map((name, index) => [name, ports[index] ?? 0]));
    this.#tombstoneGraceMs = tombstoneGraceMs;
  }

  static async start(tombstoneGraceMs: number): Promise<Pair> {
    const pair = new Pair(await TestFolder.make(), await takePorts(2), tombstoneGraceMs);
    await pair.start('Riley');
    await pair.start('Jaquez');
    return pair;
  }

  async start(name: string): Promise<void> {
    const peers = (server: string) => ({ host: HOST, port: this.#ports.get(server) ?? 0 });
    const other = name === 'Riley' ? 'Jaquez' : 'Riley';
    const options: ServerOptions = {
      ...ownOptions({}),
      name,
      peers: peers(name),
      neighbours: [{ name: other, peers: peers(other) }],
      journalFolder: join(this.#folder.path, name),
      tombstoneGraceMs: this.#tombstoneGraceMs,
    };
    this.#running.set(
      name,
      await startServer(options, { onTrouble: (trouble) => assert.fail(trouble), demo: undefined }),
    );
  }

  server(name: string): HerdServer {
    return this.#running.get(name) ?? assert.fail(`${name} does not run`);
  }

  async stop(name: string): Promise<void> {
    await this.server(name).close();
    this.#running.delete(name);
  }

  report(name: string, client: string, time: string): Promise<string> {
    return this.#say(name, `IAMAT ${client} ${OPEN_SEA} ${time}\n`);
  }

  /** The first line that a server answers to a question about a client. */
  ask(name: string, client: string): Promise<string> {
    return this.#say(name, `WHATSAT ${client} 1 1\n`);
  }

  untilKnown(name: string, client: string, isKnown = true): Promise<void> {
    const what = `${name} ${isKnown ? 'knows' : 'does not know'} ${client}`;
    return eventuallyTrue(what, async () => {
      return (await this.ask(name, client)).startsWith('AT ') === isKnown;
    });
  }

  async #say(name: string, line: string): Promise<string> {
    const reply = await exchange(this.server(name).clients, line);
    return reply.toString('latin1').split('\n', 1)[0] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#running.values()) await server.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}

test('a client that is removed at one server is gone at the other, also after restarts, until it reports again', async () => {
  await using pair = await Pair.start(86_400_000);
  await pair.report('Riley', 'kiwi', moment(5));
  await pair.untilKnown('Jaquez', 'kiwi');
  assert.equal(await pair.server('Jaquez').service.remove(KIWI), 'accepted');
  await pair.untilKnown('Riley', 'kiwi', false);
  for (const name of ['Riley', 'Jaquez']) {
    assert.match(await pair.report(name, 'kiwi', moment(9)), /^AT /);
    assert.equal(await pair.ask(name, 'kiwi'), '? WHATSAT kiwi 1 1');
    await pair.stop(name);
    await pair.start(name);
    await pair.report(name, 'kiwi', moment(10));
    await pair.untilKnown(name, 'kiwi', false); // once its journal is read
  }
  const seconds = Math.floor(Date.now() / 1000) + 1;
  const said = await pair.report('Riley', 'kiwi', `${seconds}`);
  await pair.untilKnown('Jaquez', 'kiwi');
  assert.equal(await pair.ask('Jaquez', 'kiwi'), said);
});

test('attributes are known at the other server and after a restart, and no text client sees them', async () => {
  await using pair = await Pair.start(86_400_000);
  const attributes = { accuracyM: 4.5, charging: true, network: 'wifi' };
  const report = { client: KIWI, latitude: 0, longitude: -30.1234567, attributes };
  const time = { seconds: 1_600_000_000, nanoseconds: 7 };
  assert.equal(await pair.server('Riley').service.report({ ...report, time }), 'accepted');
  await pair.untilKnown('Jaquez', 'kiwi');
  await pair.stop('Jaquez');
  await pair.start('Jaquez');
  for (const name of ['Riley', 'Jaquez']) {
    assert.match(
      await pair.ask(name, 'kiwi'),
      /^AT Riley \+\d+\.\d{9} kiwi \+00-030\.1234567 1600000000\.000000007$/,
    );
    const located = await pair.server(name).service.locations.get(KIWI);
    assert.deepEqual(located?.attributes, attributes);
    assert.deepEqual([located.origin, located.time], ['Riley', time]);
  }
});

test('a server that was down for longer than tombstones are kept does not bring a client back', async () => {
  await using pair = await Pair.start(1000);
  for (const client of ['kiwi', 'emu']) await pair.report('Riley', client, moment(5));
  for (const client of ['kiwi', 'emu']) await pair.untilKnown('Jaquez', client);
  await pair.stop('Jaquez');
  const { service } = pair.server('Riley');
  for (const client of ['kiwi', 'probe']) await service.remove(Buffer.from(client));
  // An older report of a client that was removed counts again: so its tombstone is forgotten, and kiwi's too.
  await eventuallyTrue('the tombstones are forgotten', async () => {
    await pair.report('Riley', 'probe', moment(1));
    return (await pair.ask('Riley', 'probe')).startsWith('AT ');
  });
  await pair.start('Jaquez');
  await pair.untilKnown('Jaquez', 'kiwi', false);
  await pair.untilKnown('Jaquez', 'probe');
  for (const name of ['Riley', 'Jaquez']) {
    assert.equal(await pair.ask(name, 'kiwi'), '? WHATSAT kiwi 1 1');
    assert.match(await pair.ask(name, 'emu'), /^AT Riley /);
  }
});
