import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatAddress } from '#src/transport/address.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { TestFolder } from '../support/folder.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { ask } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { takePorts } from '../support/ports.ts';
import type { Finished } from '../support/process.ts';

/* `proxy-herd phone test` against two servers, as the phone of `anna` reports to one or the other. */

const gateway = { host: '127.0.0.1', port: 0 };
const access = accessOptions({ clients: 'never', gateway: 'always' });
const folder = await TestFolder.make();
const servers = [
  await OwnServer.start({ gateway, access }),
  await OwnServer.start({ gateway, access, name: 'Jaquez' }),
] as const;
const commands = new CommandHost();
after(async () => {
  await commands[Symbol.asyncDispose]();
  for (const server of servers) await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const [riley, jaquez] = servers;
const lines = [riley, jaquez].map(
  (server, index) =>
    `  S${index}: { clients: "127.0.0.1:${index + 1}", peers: "127.0.0.1:${index + 3}", gateway: "${formatAddress(server.gateway)}" }\n`,
);
await writeFile(join(folder.path, 'herd.yaml'), `servers:\n${lines.join('')}`);
await writeFile(join(folder.path, 'operator'), TOKENS.right.token);

function phoneTest(options: string): Promise<Finished> {
  const words = `phone test ${options} --token-file operator`.split(' ');
  return commands.run(words, folder.path);
}

function send(server: OwnServer, app: string, more: object, token = TOKENS.reporter.token) {
  const body = JSON.stringify({ _type: 'location', lat: 1, lon: 2, ...more });
  return ask(server.gateway, { method: 'POST', path: `/in/${app}/${token}`, body });
}

test('where nothing came it says what to look at, in order', async () => {
  const { code, stdout, stderr } = await phoneTest('anna --wait 0s');
  assert.deepEqual([code, stdout], [1, '']);
  const said = stderr.trimEnd().split('\n');
  assert.match(said[0] ?? '', /nothing of anna was stored within 0s, and nothing arrived$/);
  assert.match(said[1] ?? '', /no phone reaches http:\/\/127\.0\.0\.1:\d+, .* gatewayUrl$/);
  assert.match(said[2] ?? '', /1\. open http:\/\/127\.0\.0\.1:\d+\/healthz in the browser/);
  assert.equal(said.length, 7);
});

test('what came and is of no use, was refused, or of nobody, is told with why', async () => {
  await send(riley, 'owntracks', { _type: 'lwt' });
  await send(jaquez, 'colota', {}, TOKENS.wrong.token);
  const { code, stderr } = await phoneTest('anna --wait 0s');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /\d s ago Riley received an unusable message from owntracks: other-message, /,
  );
  assert.match(
    stderr,
    /Jaquez refused a report from colota, sent by an unknown phone at 127\.0\.0\.1: unauthorized, /,
  );
  assert.match(stderr, /nothing of anna was stored within 0s; the last message: /);
  assert.ok(!stderr.includes(TOKENS.wrong.token.slice(3)), stderr);
  const { stderr: ofApp } = await phoneTest('anna --app osmand --wait 0s');
  assert.match(ofApp, /and nothing arrived\n/);
});

test('a report that is stored while it waits is told with what is known of it', async () => {
  await using server = await OwnServer.start({ gateway, access });
  const running = phoneTest(`anna --wait 60s --gateway http://${formatAddress(server.gateway)}`);
  await server.untilLogged({ event: 'http-answered', path: '/v1/clients/anna/phone' });
  await send(server, 'owntracks', { acc: 7, batt: 63 });
  const { code, stdout, stderr } = await running;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^received \d s ago by Riley from owntracks, accuracy 7 m, battery 63 %\n$/);
  assert.match(stderr, /waiting up to \d+ s for a report: have the app report now\n/);
});

test('a report that has just come to any of the servers counts, of the app that is asked for', async () => {
  await send(jaquez, 'owntracks', { batt: 63 });
  const { code, stdout } = await phoneTest('anna --app owntracks --json');
  assert.equal(code, 0);
  const { secondsAgo, ...said } = JSON.parse(stdout) as Record<string, unknown>;
  assert.ok(Number(secondsAgo) < 60);
  const about = { server: 'Jaquez', app: 'owntracks', address: '127.0.0.1' };
  assert.deepEqual(said, { ...about, batteryPercent: 63 });
  assert.equal((await phoneTest('anna --app osmand --wait 0s')).code, 1);
});

test('that one of the gateways cannot be reached is told, and the others are asked', async () => {
  const half = await readFile(join(folder.path, 'herd.yaml'), 'utf8');
  const [port = 0] = await takePorts(1);
  const gone = `  Gone: { clients: "127.0.0.1:5", peers: "127.0.0.1:6", gateway: "127.0.0.1:${port}" }\n`;
  await writeFile(join(folder.path, 'half.yaml'), half + gone);
  await send(riley, 'owntracks', {});
  const { code, stdout, stderr } = await phoneTest('anna --wait 0s --config half.yaml');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^received \d+ s ago by (Riley|Jaquez) from owntracks/);
  assert.match(stderr, /cannot see what arrives there: cannot reach the gateway of Gone at /);
});

test('what cannot be asked is an error', async () => {
  for (const [options, expected, message] of [
    ['anna --app owntrack', 2, /expected owntracks, .*; did you mean owntracks\?/],
    ['anna --wait soon', 2, /found --wait soon, expected a duration/],
    ['base64:! --wait 0s', 2, /found the client "base64:!", expected a client ID/],
    ['anna --gateway http://127.0.0.1:1', 1, /cannot reach http:\/\/127\.0\.0\.1:1/],
  ] as const) {
    const { code, stderr } = await phoneTest(options);
    assert.equal(code, expected, stderr);
    assert.match(stderr, message);
  }
  await writeFile(join(folder.path, 'operator'), TOKENS.reporter.token);
  const { code, stderr } = await phoneTest('anna');
  assert.equal(code, 1);
  assert.match(stderr, /refuses: .* make a token with proxy-herd token create --operate/);
});
