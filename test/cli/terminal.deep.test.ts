import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { eventually } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { ask, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { CHECKOUT, runCli, startCli, TestProcess } from '../support/process.ts';
import { KEYS, plain, startAtTerminal } from '../support/terminal.ts';

/* Commands at a real terminal. What they do besides is tested where no terminal is needed. */

const PAIR = { servers: ['A', 'B'], links: [['A', 'B']], hasGateways: true } as const;
const TOKEN = `ph_${'0123456789abcdef'.repeat(2)}`;

/** Waits until the screen, after what was there before, has this. */
function screen(terminal: TestProcess, pattern: RegExp, from = 0): Promise<true> {
  return eventually(`the terminal shows ${pattern}`, async () => {
    const text = plain(terminal.stdout.slice(from));
    if (pattern.test(text)) return true;
    const exit = await Promise.race([terminal.exited, Promise.resolve(undefined)]);
    if (exit !== undefined) throw new Error(`ended without ${pattern}: ${text}`);
    return undefined;
  });
}

/** Types, and waits for what it leads to. */
function type(terminal: TestProcess, keys: string, pattern: RegExp): Promise<true> {
  const from = terminal.stdout.length;
  terminal.stdin.write(keys);
  return screen(terminal, pattern, from);
}

test('send is a prompt with completion, latency, and a history without tokens', async () => {
  await using herd = await TestHerd.make(PAIR);
  await herd.serve('A');
  await using state = await TestFolder.make();
  const args = ['send', 'A', '--config', herd.configFile];
  const env = { XDG_STATE_HOME: state.path, NO_COLOR: undefined, TERM: 'xterm' };
  {
    await using terminal = startAtTerminal(args, { env });
    await screen(terminal, /help shows what can be typed.*\n(A> )+$/);
    await type(terminal, 'ia\t', /IAMAT $/);
    await type(
      terminal,
      'kiwi +34.068930-118.445127 1\r',
      /AT A \+\d.* kiwi .* 1 {2}\([\d.]+ ms\)\n/,
    );
    await type(terminal, 'half a line', /half a line$/);
    await type(terminal, KEYS.ctrlC, /\^C\n(A> )+$/);
    await type(terminal, `AUTH ${TOKEN}\r`, /\? AUTH ph_\*\*\* {2}\([\d.]+ ms\)\n/);
    await type(terminal, 'help\r', /WHATSAT CLIENT RADIUS BOUND[^]*(A> )+$/);
    await type(terminal, KEYS.ctrlC, /\^C\n\(Ctrl-D ends\)\n(A> )+$/);
    assert.ok(terminal.stdout.includes('\x1b[2m'), 'there are colours');
    terminal.stdin.write(KEYS.ctrlD);
    assert.deepEqual(await terminal.exited, { code: 0, signal: null });
  }
  const file = join(state.path, 'proxy-herd', 'history');
  assert.equal(await readFile(file, 'utf8'), 'IAMAT kiwi +34.068930-118.445127 1\nhelp\n');
  assert.equal((await stat(file)).mode & 0o777, 0o600);

  await using again = startAtTerminal([...args, '--fail'], { env: { ...env, NO_COLOR: '1' } });
  await screen(again, /(A> )+$/);
  await type(again, KEYS.up, /help$/);
  await type(again, KEYS.up, /IAMAT kiwi \+34\.068930-118\.445127 1$/);
  await type(again, `2${KEYS.enter}`, /AT A .* 12 {2}\([\d.]+ ms\)\n/);
  await type(again, 'WHATSAT emu 10 5\r', /\? WHATSAT emu 10 5.*\n {2}no server knows the client/);
  assert.ok(!again.stdout.includes('\x1b[2m'), 'there are no colours');
  again.stdin.write('.exit\r');
  assert.deepEqual(await again.exited, { code: 1, signal: null });
  assert.match(plain(again.stdout), /1 command was answered with a question mark\n$/);
});

test('init asks, again where an answer is none, and shows no key that is typed', async () => {
  await using folder = await TestFolder.make();
  await using terminal = startAtTerminal(['init'], { cwd: folder.path });
  await screen(terminal, /Name of the herd \[proxy-herd\]: $/);
  await type(terminal, 'two words\r', /expected a name of .*\nName of the herd \[proxy-herd\]: $/);
  await type(terminal, 'asked\r', /Servers, .*\[alpha beta gamma\]: $/);
  await type(terminal, 'here there=192.0.2.1\r', /First client port; .*\[11645\]: $/);
  await type(terminal, '\r', /Nearby places from .*\[geonames\]: $/);
  await type(terminal, 'google\r', /API key of google \(it is not shown\): $/);
  await type(terminal, 'a-hidden-key\r', /Access by token, .*\[yes\]: $/);
  await type(terminal, 'no\r', /Wrote herd\.yaml, places\.key, peer\.secret\n/);
  assert.deepEqual(await terminal.exited, { code: 0, signal: null });
  assert.ok(!terminal.stdout.includes('hidden-key'));
  assert.equal(await readFile(join(folder.path, 'places.key'), 'utf8'), 'a-hidden-key\n');
  assert.match(await readFile(join(folder.path, 'herd.yaml'), 'utf8'), /^herd: asked$/m);
  const { code } = await runCli(['check'], { cwd: folder.path });
  assert.equal(code, 0);
});

for (const [name, key] of [
  ['Ctrl-C', KEYS.ctrlC],
  ['Ctrl-D', KEYS.ctrlD],
] as const) {
  test(`${name} ends init, and nothing is written`, async () => {
    await using folder = await TestFolder.make();
    await using terminal = startAtTerminal(['init'], { cwd: folder.path });
    await screen(terminal, /Name of the herd \[proxy-herd\]: $/);
    await type(terminal, 'half\r', /Servers, .*: $/);
    terminal.stdin.write(key);
    assert.deepEqual(await terminal.exited, { code: 1, signal: null });
    assert.match(plain(terminal.stdout), /proxy-herd: stopped: nothing was written\n$/);
    assert.deepEqual(await readdir(folder.path), []);
  });
}

test('watch goes on at another server when its own dies, and ends on Ctrl-C', async () => {
  await using herd = await TestHerd.make(PAIR);
  const servers = await herd.serveAll();
  await using terminal = startAtTerminal(['watch', '--config', herd.configFile], {
    env: { NO_COLOR: undefined, TERM: 'xterm' },
  });
  await screen(terminal, /-- what follows is news --\n/);
  const report = (server: string, latitude: number) =>
    put(herd.gateway(server), '/v1/clients/kiwi/location', { latitude, longitude: -118 });
  await report('A', 1);
  await screen(terminal, /location {2}kiwi {2}1\.0000000 -118\.0000000 {2}from A\n/);
  assert.ok(terminal.stdout.includes('\x1b[1mkiwi'), 'there are colours');
  servers.get('A')?.signal('SIGKILL');
  await screen(
    terminal,
    /proxy-herd: lost the gateway of A at .*\nproxy-herd: going on at the gateway of B at /,
  );
  await report('B', 2);
  await screen(terminal, /location {2}kiwi {2}2\.0000000 -118\.0000000 {2}from B\n/);
  terminal.stdin.write(KEYS.ctrlC);
  assert.deepEqual(await terminal.exited, { code: 0, signal: null });
});

test('watch prints what happens where there is no terminal, and ends on SIGINT', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${server.gateway.port}`;
  await using watch = startCli(['watch', 'kiwi', '--gateway', url, '--json']);
  await watch.waitFor(/^\{"event":"ready","data":\{\}\}\n/m);
  for (const client of ['emu', 'kiwi']) {
    const path = `/v1/clients/${client}/location`;
    await put(server.gateway, path, { latitude: 34, longitude: -118 });
  }
  const [line = ''] = await watch.waitFor(/^\{"event":"location".*\n/m);
  assert.match(line, /"client":"kiwi","latitude":34,"longitude":-118,/);
  watch.signal('SIGINT');
  const { code, stderr } = await watch.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('a reader that has gone ends watch in good order', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${server.gateway.port}`;
  await using watch = startCli(['watch', '--gateway', url]);
  await watch.waitFor(/news/);
  watch.closeOutput();
  await put(server.gateway, '/v1/clients/kiwi/location', { latitude: 34, longitude: -118 });
  assert.deepEqual(await watch.exited, { code: 0, signal: null });
});

test('bench shows how it goes, ends early on Ctrl-C, and removes its clients', async () => {
  await using herd = await TestHerd.make(PAIR);
  await herd.serveAll();
  const args = ['bench', '--config', herd.configFile, '--duration', '10m', '--clients', '50'];
  await using terminal = startAtTerminal(args);
  await screen(
    terminal,
    /this writes 50 clients, bench-\w+-0 and so on, to test-herd; they are removed/,
  );
  await screen(terminal, / replies, [\d,]+ a second {3}p50 .* in flight/);
  terminal.stdin.write(KEYS.ctrlC);
  assert.deepEqual(await terminal.exited, { code: 0, signal: null });
  assert.match(plain(terminal.stdout), /[\d,]+ replies in \d+\.\d s: [\d,]+ a second\nLatency:\n/);
  for (const server of herd.servers) {
    await eventually(`the clients are removed at ${server}`, async () => {
      const { json } = await ask(herd.gateway(server), { path: '/v1/clients' });
      return (json as { clients: unknown[] }).clients.length === 0 ? true : undefined;
    });
  }
});

for (const access of ['', 'access: { file: access.yaml, clients: always, gateway: always }\n']) {
  test(`what up says to try next runs as it stands${access && ', with access'}`, async () => {
    await using herd = await TestHerd.make(PAIR);
    await appendFile(herd.configFile, access);
    const create = ['token', 'create', '--operate', '--config', herd.configFile];
    if (access !== '') assert.equal((await runCli(create)).code, 0);
    const up = await herd.up();
    const [, text = ''] = (await up.waitFor(/another terminal:\n((?: {2}.*\n)+)/)) ?? [];
    const all = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    for (const line of all.filter((each) => !/ watch /.test(each))) {
      await eventually(`${line} succeeds`, async () => {
        // Links of a herd that has just started may come up a little later, and a token a second later.
        const absolute = line.replace(
          /(node|bun) (\S+main\.js)/,
          `$1 ${join(CHECKOUT, 'dist/bin/main.js')}`,
        );
        await using shell = new TestProcess('sh', ['-c', absolute], { cwd: herd.folder });
        shell.stdin.end();
        const { code, stdout } = await shell.finished();
        const isDone =
          code === 0 && !stdout.startsWith('? ') && !stdout.startsWith('{"type":"urn:');
        return isDone ? true : undefined;
      });
    }
    assert.equal(all.length, access === '' ? 4 : 5);
  });
}
