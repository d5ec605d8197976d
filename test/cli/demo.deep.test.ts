import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { startCli } from '../support/process.ts';

const PAIR = { servers: ['A', 'B'], links: [['A', 'B']], hasGateways: true } as const;

async function clientsOf(herd: TestHerd): Promise<number> {
  const { json } = await ask(herd.gateway('A'), { path: '/v1/clients?limit=1000' });
  return (json as { clients: unknown[] }).clients.length;
}

test('what a demo has left whose program was killed is gone after the next start', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  await ask(herd.gateway('A'), { method: 'PUT', path: '/v1/demo' });
  await eventuallyTrue('the demo runs', async () => (await clientsOf(herd)) > 100);
  up.signal('SIGKILL');
  await up.exited;
  const again = await herd.up();
  await again.waitFor(/removed the clients of a demo that was not stopped\n/, 'stderr');
  assert.equal(await clientsOf(herd), 0);
  assert.deepEqual((await ask(herd.gateway('A'), { path: '/v1/cards' })).json, { cards: [] });
  const third = await ask(herd.gateway('A'), { method: 'DELETE', path: '/v1/demo' });
  assert.equal(third.status, 200, 'to stop what does not run is no fault');
});

test('up --demo starts a herd of its own that moves at once and keeps nothing', async () => {
  await using herd = await TestHerd.make({ ...PAIR, hooks: {} });
  await using up = startCli(['up', '--demo', '--config', herd.configFile]);
  await up.waitFor(/^ready: 2 servers of demo\n/m);
  await eventuallyTrue('all its clients have reported', async () => {
    const { json } = await ask(herd.gateway('B'), { path: '/v1/demo' });
    const { state, isDemoHerd } = json as { state: string; isDemoHerd: boolean };
    assert.equal(isDemoHerd, true);
    return state === 'running';
  });
  assert.ok((await clientsOf(herd)) > 100);
  up.signal('SIGINT');
  assert.deepEqual(await up.exited, { code: 0, signal: null });
  assert.equal(up.stderr, '');
  assert.deepEqual(await readdir(join(herd.configFile, '..')), ['herd.yaml'], 'no data, no logs');
});

test('up --demo takes no configuration in which no demo can be', async () => {
  await using herd = await TestHerd.make({ ...PAIR, access: { file: './access.yaml' } });
  await using up = startCli(['up', '--demo', '--config', herd.configFile]);
  assert.equal((await up.exited).code, 2);
  assert.match(
    up.stderr,
    /^--demo: found access in .*herd\.yaml, expected a herd that asks for no token\n$/,
  );
});
