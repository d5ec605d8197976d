import assert from 'node:assert/strict';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { testToken } from '../support/access.ts';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import type { TestProcess } from '../support/process.ts';
import { having, readLog, untilLink, untilLogged } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

/* What changes on SIGHUP while servers run. */

const SOLO = { servers: ['Solo'] };
const PAIR = { servers: ['A', 'B'], links: [['A', 'B']] } as const;

/** Changes the configuration, has the herd read it again, and waits until each server has. */
async function reload(
  herd: TestHerd,
  running: TestProcess,
  options: readonly string[],
  change: (text: string) => string = (text) => text,
): Promise<void> {
  await writeFile(herd.configFile, change(await readFile(herd.configFile, 'utf8')));
  const counts = await Promise.all(
    herd.servers.map(async (name) => having(await readLog(herd.logFile(name)), { options }).length),
  );
  running.signal('SIGHUP');
  await Promise.all(
    herd.servers.map((name, i) =>
      untilLogged(herd, name, { event: 'reloaded', options }, (counts[i] ?? 0) + 1),
    ),
  );
}

const iamat = (client: string): string => `IAMAT ${client} ${OPEN_SEA} ${moment(0)}`;

for (const command of ['up', 'serve'] as const) {
  test(`${command}: the most clients`, async () => {
    await using herd = await TestHerd.make({ ...SOLO, maxClients: 1 });
    const running = command === 'up' ? await herd.up() : await herd.serve('Solo');
    await using client = await TestClient.connect(herd.clients('Solo'));
    assert.match(await client.ask(iamat('one')), /^AT Solo /);
    assert.match(await client.ask(iamat('two')), /^\? IAMAT two /);
    await reload(herd, running, ['maxClients'], (text) => text.replace('Clients: 1', 'Clients: 2'));
    assert.match(await client.ask(iamat('two')), /^AT Solo /);
    assert.match(await client.ask(iamat('three')), /^\? IAMAT three /);
    assert.equal(running.stderr, '');
  });
}

test('limits of clients, for the connections to come', async () => {
  await using herd = await TestHerd.make(SOLO);
  const server = await herd.serve('Solo');
  await using first = await TestClient.connect(herd.clients('Solo'));
  await using second = await TestClient.connect(herd.clients('Solo'));
  assert.equal(await second.ask('hello'), '? hello');
  const limits = 'clientLimits: { connections: 2, idle: 0 }\n';
  await reload(herd, server, ['clientLimits'], (text) => text + limits);
  await using third = await TestClient.connect(herd.clients('Solo'));
  assert.equal((await third.readAll().catch(() => '')).toString(), '', 'it is refused');
  await untilLogged(herd, 'Solo', { event: 'connection-refused', reason: 'connections' });
  for (const client of [first, second]) assert.equal(await client.ask('still'), '? still');
});

test('the provider of places; what is under way ends as it began', async () => {
  await using before = await TestUpstream.start();
  await using after = await TestUpstream.start();
  await using herd = await TestHerd.make({ ...SOLO, places: before.places });
  const server = await herd.serve('Solo', { GOOGLE_MAPS_API_KEY: 'a-test-key' });
  await using client = await TestClient.connect(herd.clients('Solo'));
  const at = await client.ask(iamat('kiwi'));
  client.sendLine('WHATSAT kiwi 10 5');
  const { response } = await before.request(10_000);
  const [oldUrl, newUrl] = [before, after].map(({ places }) => String(places['url']));
  await reload(herd, server, ['places'], (text) => text.replace(oldUrl ?? '', newUrl ?? ''));
  after.answerFromNowOn(JSON.stringify(pageOf('after')));
  client.sendLine('WHATSAT kiwi 20 5');
  response.end(JSON.stringify(pageOf('before')));
  const replies = [await client.readPlaces(), await client.readPlaces()];
  assert.deepEqual(
    replies.map(({ json }) => json),
    [pageOf('before'), pageOf('after')],
  );
  for (const reply of replies) assert.equal(reply.at, at);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('secrets: servers that have read the new one take it, also one that is started again', async () => {
  await using herd = await TestHerd.make(PAIR);
  const secretFile = join(herd.folder, 'secrets');
  const [old, next] = ['an old secret of the herd', 'the next secret of the herd'];
  await writeFile(secretFile, `${old}\n`);
  await appendFile(herd.configFile, 'secretFile: ./secrets\n');
  const up = await herd.up();
  await untilLink(herd, 'A', 'B', 'link-up');
  await writeFile(secretFile, `${next}\n`);
  await reload(herd, up, ['secrets']);
  const pid = Number((await untilLogged(herd, 'B', { event: 'start' }))[0]?.['pid']);
  process.kill(pid, 'SIGKILL');
  await untilLogged(herd, 'B', { event: 'start' }, 2);
  await untilLogged(herd, 'A', { event: 'link-up', neighbour: 'B' }, 2);
  for (const name of herd.servers) {
    const log = await readLog(herd.logFile(name));
    assert.deepEqual(having(log, { code: 'unproven' }), []);
    assert.ok(!JSON.stringify(log).includes('secret of'));
  }
});

test('a server that is started again runs on what was reloaded', async () => {
  await using herd = await TestHerd.make({ ...SOLO, maxClients: 5 });
  const up = await herd.up();
  await reload(herd, up, ['maxClients'], (text) => text.replace('Clients: 5', 'Clients: 1'));
  const pid = Number((await untilLogged(herd, 'Solo', { event: 'start' }))[0]?.['pid']);
  process.kill(pid, 'SIGKILL');
  await untilLogged(herd, 'Solo', { event: 'start' }, 2);
  await using client = await TestClient.connect(herd.clients('Solo'));
  assert.match(await client.ask(iamat('one')), /^AT Solo /);
  assert.match(await client.ask(iamat('two')), /^\? IAMAT two /);
});

for (const command of ['up', 'serve'] as const) {
  test(`${command}: the access file, by itself, also where it is replaced, and not where it is faulty`, async () => {
    const { token, rule } = testToken('anna-phone');
    const content = (more: string): string =>
      `version: 1\ntokens:\n  anna-phone:\n    hash: sha256:${rule.hash}\n    created: 2026-11-27T03:00:00Z\n    report: [anna]\n${more}`;
    await using herd = await TestHerd.make(SOLO);
    const file = join(herd.folder, 'access.yaml');
    await writeFile(file, content(''), { mode: 0o600 });
    await appendFile(herd.configFile, 'access: { file: access.yaml, clients: always }\n');
    const running = command === 'up' ? await herd.up() : await herd.serve('Solo');
    await using client = await TestClient.connect(herd.clients('Solo'));
    assert.equal(await client.ask(`AUTH ${token}`), 'AUTH anna-phone');
    assert.match(await client.ask(iamat('anna')), /^AT Solo /);

    await writeFile(file, 'version: 1\ntokens: { anna-phone: {} }\n');
    await running.waitFor(/access\.yaml:2: tokens\.anna-phone\.hash: missing, expected /, 'stderr');
    assert.match(await client.ask(iamat('anna')), /^AT Solo /, 'the last good one stays');

    const revoked = `${file}.new`;
    await writeFile(revoked, content('    revoked: 2026-11-27T03:10:00Z\n'), { mode: 0o600 });
    await rename(revoked, file);
    await untilLogged(herd, 'Solo', { event: 'reloaded', options: ['access'] });
    assert.match(
      await client.ask(iamat('anna')),
      /^\? IAMAT anna /,
      'it lasts, its token does not',
    );
    assert.equal(await client.ask(`AUTH ${token}`), '? AUTH');

    await reload(herd, running, ['access'], (text) => text.replace('always', 'never'));
    await using other = await TestClient.connect(herd.clients('Solo'));
    assert.match(await other.ask(iamat('anna')), /^AT Solo /, 'no token is demanded any more');
  });
}
