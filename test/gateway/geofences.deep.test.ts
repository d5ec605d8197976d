import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, problemIn, put, type HttpReply } from '../support/http.ts';
import { TestHerd } from '../support/herd.ts';

const TRIANGLE = {
  type: 'polygon',
  vertices: [
    { latitude: 34.1, longitude: -118.4 },
    { latitude: 34.2, longitude: -118.3 },
    { latitude: 34.1, longitude: -118.3 },
  ],
};

function tokenOf({ status, headers }: HttpReply): { 'consistency-token': string } {
  assert.equal(status, 204);
  return { 'consistency-token': String(headers['consistency-token']) };
}

test('a geofence that is put at one server is read at another, outlives the kill of all, and is removed at a third', async () => {
  const servers = ['Riley', 'Jaquez', 'Juzang'];
  const [a = '', b = '', c = ''] = servers;
  const acknowledge = 'journaled' as const;
  const links = [[a, b] as const, [b, c] as const];
  await using herd = await TestHerd.make({ servers, links, acknowledge, hasGateways: true });
  const path = '/v1/geofences/home';
  const processes = await herd.serveAll();
  const fence = { name: 'home', shape: TRIANGLE, minimumDwellS: 60 };
  const written = tokenOf(await put(herd.gateway(a), path, fence));
  const read = await ask(herd.gateway(c), { path, headers: written });
  assert.deepEqual(read.json, fence);

  for (const process of processes.values()) process.signal('SIGKILL');
  await Promise.all([...processes.values()].map((process) => process.exited));
  await herd.serveAll();
  for (const server of servers) {
    const { json } = await ask(herd.gateway(server), { path });
    assert.deepEqual(json, fence, `${server} has it on its disk`);
  }
  const removed = tokenOf(await ask(herd.gateway(b), { method: 'DELETE', path }));
  for (const server of servers) {
    const reply = await ask(herd.gateway(server), { path, headers: removed });
    assert.equal(problemIn(reply), 'unknown-geofence', server);
  }
});
