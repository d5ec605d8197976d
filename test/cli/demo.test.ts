import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask, problemIn, put } from '../support/http.ts';

/* The demo of a herd that `up` runs, asked for at its gateways as the dashboard does. */

interface Listed {
  readonly latitude: number;
  readonly client: string;
  readonly server: string;
}

const placesOf = (listed: readonly Listed[]): string =>
  listed
    .map(({ client, latitude }) => `${client} ${latitude}`)
    .sort()
    .join();

test('a demo moves in an empty herd, over all servers, until a client of its own reports', async () => {
  await using herd = await TestHerd.make({
    servers: ['A', 'B'],
    links: [['A', 'B']],
    hasGateways: true,
  });
  const up = await herd.up();
  const [a, b] = [herd.gateway('A'), herd.gateway('B')];
  const demo = async (method: string) => ask(b, { method, path: '/v1/demo' });
  const listed = async (): Promise<readonly Listed[]> => {
    const { json } = await ask(a, { path: '/v1/clients?limit=1000' });
    return (json as { clients: Listed[] }).clients;
  };
  const cards = async (): Promise<readonly { name: string }[]> => {
    const { json } = await ask(a, { path: '/v1/cards' });
    return (json as { cards: { name: string }[] }).cards;
  };
  const geofences = async (): Promise<readonly { name: string }[]> => {
    const { json } = await ask(a, { path: '/v1/geofences' });
    return (json as { geofences: { name: string }[] }).geofences;
  };
  assert.deepEqual((await demo('GET')).json, { state: 'stopped', isDemoHerd: false });

  const started = await demo('PUT');
  assert.equal(started.status, 200, String(started.bytes));
  const { clients, endsAt } = started.json as { clients: number; endsAt: string };
  assert.ok(Date.parse(endsAt) > Date.now(), 'it ends by itself');
  assert.deepEqual((await demo('PUT')).json, started.json, 'there is one at a time');
  // A server that takes long to answer is passed over for a while.
  const first = await eventually('all clients are there, at both servers', async () => {
    const all = await listed();
    const servers = new Set(all.map(({ server }) => server));
    return all.length === clients && servers.size === 2 ? all : undefined;
  });
  assert.ok(first.every(({ client }) => client.startsWith('demo-')));
  await eventuallyTrue('all have their cards', async () => (await cards()).length === clients);
  assert.ok((await cards()).every(({ name }) => name.startsWith('Demo: ')));
  assert.ok((await geofences()).every(({ name }) => name.startsWith('demo-')));
  await eventuallyTrue('they move', async () => placesOf(await listed()) !== placesOf(first));

  await put(b, '/v1/clients/kiwi/location', { latitude: 1, longitude: 2 });
  await eventuallyTrue('kiwi alone is left', async () => (await listed()).length === 1);
  await eventuallyTrue('no card is left', async () => (await cards()).length === 0);
  await eventuallyTrue('no geofence is left', async () => (await geofences()).length === 0);
  assert.deepEqual((await demo('GET')).json, {
    state: 'stopped',
    isDemoHerd: false,
    endedBy: 'report',
  });
  const refused = await demo('PUT');
  assert.equal(refused.status, 409);
  assert.equal(problemIn(refused), 'herd-in-use');
  assert.deepEqual(
    (await listed()).map(({ client }) => client),
    ['kiwi'],
  );
  assert.match(up.stderr, /the demo ends: the client "kiwi" reported/);
});
