import type { DroppedReport, HerdEvent } from '#src/client/index.js';
import type { Address } from '#src/transport/address.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Herd } from '#src/client/index.js';
import { formatAddress } from '#src/transport/address.js';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { OwnServer } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { takePorts } from '../support/ports.ts';

/*
 * The library against two linked servers in this process, which come and go in the order of these tests. They share the
 * process of herd.test.ts, since to load a server takes longer than they do.
 */

const NAMES = ['Riley', 'Jaquez'] as const;
type Name = (typeof NAMES)[number];

/** Of each server its ports for peers and for HTTP. */
const ports = await takePorts(4);
const running = new Map<Name, OwnServer>();

function addressOf(name: Name, port: 'peers' | 'gateway'): Address {
  return {
    host: '127.0.0.1',
    port: ports[2 * NAMES.indexOf(name) + (port === 'peers' ? 0 : 1)] ?? 0,
  };
}

function urlOf(name: Name): string {
  return `http://${formatAddress(addressOf(name, 'gateway'))}`;
}

async function start(name: Name): Promise<void> {
  const other = name === 'Riley' ? 'Jaquez' : 'Riley';
  const server = await OwnServer.start({
    name,
    peers: addressOf(name, 'peers'),
    gateway: addressOf(name, 'gateway'),
    neighbours: [{ name: other, peers: addressOf(other, 'peers') }],
  });
  running.set(name, server);
}

async function stop(name: Name): Promise<void> {
  await running.get(name)?.[Symbol.asyncDispose]();
  running.delete(name);
}

const SERVERS = NAMES.map(urlOf);
const patience = { deadlineMs: PATIENCE_MS, attemptMs: PATIENCE_MS };

/** Defines the tests. */
export function testFailover(): void {
  describe('two servers', () => {
    before(() => Promise.all(NAMES.map(start)));
    after(() => Promise.all(NAMES.map(stop)));

    test('what was written at one server is read at another, at once', async () => {
      await using writer = new Herd({ servers: [urlOf('Riley')], ...patience });
      await using reader = new Herd({ servers: [urlOf('Jaquez')], ...patience });
      // The link is up once something has come over it.
      await writer.report({ client: 'kiwi', latitude: 0, longitude: 2 });
      await eventually('Jaquez knows kiwi', () => reader.locate('kiwi'));
      for (let n = 1; n <= 50; n++) {
        await writer.report({ client: 'kiwi', latitude: n, longitude: 2 });
        reader.addConsistencyToken(writer.consistencyToken ?? '');
        assert.equal((await reader.locate('kiwi'))?.latitude, n);
      }
    });

    test('when the server that answered goes away, the other one does, also for what is subscribed to', async () => {
      await using herd = new Herd({ servers: SERVERS, ...patience });
      const events: HerdEvent[] = [];
      const subscription = herd.subscribe({ name: 'ki*' });
      const reading = (async () => {
        for await (const event of subscription) events.push(event);
      })();
      await eventuallyTrue('it is ready', () => events.some(({ type }) => type === 'ready'));
      await eventuallyTrue('it has a cursor', () => subscription.cursor !== undefined);
      assert.equal(subscription.server, urlOf('Riley'));
      await stop('Riley');
      await herd.report({ client: 'kia', latitude: 5, longitude: 6 });
      assert.equal((await herd.locate('kia'))?.server, 'Jaquez');
      await eventuallyTrue('it has gone on', () =>
        events.some((event) => event.type === 'location' && event.location.client === 'kia'),
      );
      assert.equal(subscription.server, urlOf('Jaquez'));
      const kinds = events.map(({ type }) => type);
      assert.equal(kinds.filter((kind) => kind === 'ready').length, 1);
      assert.ok(!kinds.includes('reset'));
      subscription.close();
      await reading;
    });

    test('while all servers are away reports wait, within bounds, and are sent once one is back', async () => {
      const dropped: DroppedReport[] = [];
      await stop('Jaquez');
      await using herd = new Herd({
        servers: SERVERS,
        ...patience,
        bufferSize: 10,
        onDrop: (drop) => dropped.push(drop),
      });
      for (let n = 0; n < 9; n++) herd.enqueue({ client: 'kiwi', latitude: n, longitude: 2 });
      herd.enqueue({ client: 'emu', latitude: 1, longitude: 2 });
      herd.enqueue({ client: 'moa', latitude: 1, longitude: 2 });
      await assert.rejects(herd.flush({ deadlineMs: 50 }), { code: 'unreachable' });
      assert.deepEqual(herd.sendCounts, { confirmed: 0, dropped: 1, unsent: 10 });
      assert.deepEqual(
        dropped.map(({ report, reason }) => [report.client, report.latitude, reason]),
        [['kiwi', 0, 'buffer-full']],
      );
      await start('Riley');
      // Half of what there is room for goes in the first batch; what is older is of no use then.
      assert.deepEqual(await herd.flush(), { confirmed: 5, dropped: 6, unsent: 0 });
      const found = await Promise.all(['kiwi', 'emu', 'moa'].map((client) => herd.locate(client)));
      assert.deepEqual(
        found.map((location) => location?.latitude),
        [8, 1, 1],
      );
    });
  });
}
