import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { stringify } from 'yaml';
import { Authority, makeCertificate } from '../support/certificate.ts';
import { locate, moment, report } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { HookReceiver, OK, status } from '../support/hook-receiver.ts';
import { HOOK_SECRET } from '../support/hooks.ts';
import { untilLink, untilLogged } from '../support/server-log.ts';

/* Hooks of real servers, with what only a process of its own can show. */

test('over TLS to a receiver whose certificate is good, and to no other', async () => {
  const authority = new Authority('authority');
  const certificate = authority.issue({ name: 'localhost', dnsNames: ['localhost'] });
  await using good = await HookReceiver.startTls(certificate);
  await using bad = await HookReceiver.startTls(makeCertificate('localhost'));
  const hookOf = ({ port }: HookReceiver) => ({
    url: `https://localhost:${port}/`,
    allowPrivate: true,
    secretFile: 'hook.secret',
  });
  await using herd = await TestHerd.make({
    servers: ['Solo'],
    hooks: { good: hookOf(good), bad: hookOf(bad) },
  });
  await writeFile(join(herd.folder, 'hook.secret'), HOOK_SECRET);
  const file = join(herd.folder, 'authority.pem');
  await writeFile(file, authority.certificate.cert);
  await herd.serve('Solo', { NODE_EXTRA_CA_CERTS: file });
  await report(herd, 'Solo', 'kiwi', moment(0));
  const { body } = await good.next();
  assert.match(body, /"client":"kiwi"/);
  await untilLogged(herd, 'Solo', { event: 'hook-failed', hook: 'bad', code: 'unreachable' });
  assert.deepEqual(bad.requests, []);
});

test('what a server had not delivered when it was killed is sent by nobody; what it accepts then is', async () => {
  await using receiver = await HookReceiver.start(status(503, { 'retry-after': '600' }), OK);
  await using herd = await TestHerd.make({
    servers: ['A', 'B'],
    links: [['A', 'B']],
    hooks: { hook: { url: receiver.url, allowPrivate: true } },
  });
  const env = { PROXY_HERD_HOOK_HOOK_SECRET: HOOK_SECRET };
  const first = await herd.serve('A', env);
  await herd.serve('B', env);
  await untilLink(herd, 'A', 'B', 'link-up');
  await report(herd, 'A', 'kiwi', moment(0));
  await receiver.next();
  await eventually('B knows it', () => locate(herd, 'B', 'kiwi'));
  first.signal('SIGKILL');
  await first.exited;
  await herd.serve('A', env);
  await eventually('A knows it again', () => locate(herd, 'A', 'kiwi'));
  for (const [server, client] of [
    ['A', 'emu'],
    ['B', 'moa'],
  ] as const) {
    await report(herd, server, client, moment(0));
    const { body } = await receiver.next();
    assert.match(body, new RegExp(`"client":"${client}"`));
    assert.doesNotMatch(body, /kiwi/);
  }
});

test('SIGHUP takes a hook in', async () => {
  await using receiver = await HookReceiver.start();
  await using herd = await TestHerd.make({ servers: ['Solo'] });
  const running = await herd.up();
  await writeFile(join(herd.folder, 'hook.secret'), HOOK_SECRET);
  const hook = { url: receiver.url, allowPrivate: true, secretFile: 'hook.secret' };
  const before = await readFile(herd.configFile, 'utf8');
  await writeFile(herd.configFile, before + stringify({ hooks: { hook } }));
  running.signal('SIGHUP');
  await untilLogged(herd, 'Solo', { event: 'reloaded', options: ['hooks'] });
  let count = 0;
  await eventuallyTrue('it is told of what comes from now on', async () => {
    await report(herd, 'Solo', 'kiwi', moment((count += 1)));
    return receiver.requests.length > 0;
  });
  assert.equal(running.stderr, '');
});
