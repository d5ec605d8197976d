import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { send } from '#src/cli/commands/send.js';
import { CliError } from '#src/cli/errors.js';
import { makeCertificate } from '../support/certificate.ts';
import { TestClient } from '../support/client.ts';
import { TestHerd } from '../support/herd.ts';
import { OwnServer } from '../support/own-server.ts';
import { type Finished, runCli, startCli } from '../support/process.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

const SOLO = { servers: ['Solo'] };
const IAMAT = 'IAMAT kiwi +34.068930-118.445127 1621464827.959498503';
const AT = /^AT Solo \+\d+\.\d{9} kiwi \+34\.068930-118\.445127 1621464827\.959498503$/;

for (const framing of ['line', 'idle'] as const) {
  test(`commands are sent and their replies printed, with framing ${framing}`, async () => {
    await using herd = await TestHerd.make({ ...SOLO, framing });
    await herd.serve('Solo');
    const args = ['send', 'Solo', '--config', herd.configFile, IAMAT, 'Zoë?'];
    const { code, stdout, stderr } = await runCli(args);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const [first = '', ...rest] = stdout.split('\n');
    assert.match(first, AT);
    assert.deepEqual(rest, ['? Zoë?', '']);
  });
}

test('commands are sent over TLS where clients speak it, to the certificate of the file alone', async () => {
  await using herd = await TestHerd.make(SOLO);
  const { cert, key } = makeCertificate('anything');
  await writeFile(join(herd.folder, 'cert.pem'), cert);
  await writeFile(join(herd.folder, 'key.pem'), key);
  await appendFile(herd.configFile, 'clientTls: { certFile: cert.pem, keyFile: key.pem }\n');
  await herd.serve('Solo');
  const args = ['send', 'Solo', '--config', herd.configFile, 'hello'];
  const { code, stdout, stderr } = await runCli(args);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '? hello\n', stderr: '' });

  await writeFile(join(herd.folder, 'cert.pem'), makeCertificate('anything').cert);
  const other = await runCli(args);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /cannot connect to Solo at .*: its certificate is neither that of /);
});

test('standard input goes out and replies come back byte for byte', async () => {
  await using herd = await TestHerd.make(SOLO);
  await herd.serve('Solo');
  await using send = startCli(['send', 'Solo', '--config', herd.configFile]);
  send.stdin.end(Buffer.from([0xff, 0x00, 0x80, 0x0a, 0xc3, 0x28])); // no UTF-8, the last line without LF
  assert.deepEqual(await send.exited, { code: 0, signal: null });
  assert.deepEqual(send.stdoutBytes, Buffer.from('? \xff\x00\x80\n? \xc3\x28\n', 'latin1'));
});

test('a reply is printed before standard input ends', async () => {
  await using herd = await TestHerd.make(SOLO);
  await herd.serve('Solo');
  await using send = startCli(['send', 'Solo', '--config', herd.configFile]);
  send.stdin.write(`${IAMAT}\n`);
  await send.waitFor(/^AT Solo .*\n/);
});

test('a server that is not there is a failure', async () => {
  await using herd = await TestHerd.make(SOLO);
  const { code, stdout, stderr } = await runCli(['send', 'Solo', 'x', '--config', herd.configFile]);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  const { port } = herd.clients('Solo');
  assert.equal(
    stderr,
    `proxy-herd: cannot connect to Solo at 127.0.0.1:${port}: nothing listens there\n`,
  );
});

/** Listens where Solo should, does this with the first connection, and returns how `send` ends. */
async function sendTo(serve: (socket: Socket) => void): Promise<Finished> {
  await using herd = await TestHerd.make(SOLO);
  const server = createServer(serve).listen(herd.clients('Solo'));
  try {
    await once(server, 'listening');
    await using send = startCli(['send', 'Solo', '--config', herd.configFile]);
    send.stdin.write('x\n'); // and no end
    return await send.finished();
  } finally {
    server.close();
  }
}

test('a server that cuts the connection is a failure', async () => {
  const { code, stdout, stderr } = await sendTo((socket) => {
    socket.once('data', () => {
      socket.write('half a rep', () => socket.resetAndDestroy());
    });
  });
  assert.equal(code, 1);
  assert.ok('half a rep'.startsWith(stdout), stdout);
  // Node closes before it resets: which of the two is seen is a matter of microseconds.
  assert.match(
    stderr,
    /^proxy-herd: (lost the connection to )?Solo at .*(cut|was sent); no reply to 1 of 1 command\n$/,
  );
});

test('a server that closes before everything was sent is a failure', async () => {
  const { code, stdout, stderr } = await sendTo((socket) => {
    socket.on('error', () => undefined);
    socket.end('bye\n');
  });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: 'bye\n' });
  assert.match(
    stderr,
    /^proxy-herd: Solo at .* closed before everything was sent; no reply to 1 of 1 command\n$/,
  );
});

/*
 * `send` against every kind of server: either each command has its reply, or the status is 1 and it is said why.
 */

const KIWI = 'IAMAT kiwi +34.068930-118.445127 1621464827';

function sendKiwi(herd: TestHerd, ...more: string[]): Promise<Finished> {
  return runCli(['send', 'Solo', KIWI, '--config', herd.configFile, ...more]);
}

async function assertFails(sending: Promise<Finished>, reason: RegExp): Promise<void> {
  const { code, stdout, stderr } = await sending;
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.match(stderr, reason);
  assert.equal(stderr.split('\n').length, 2, 'one line');
}

test('a full server', async () => {
  await using herd = await TestHerd.make(SOLO);
  await appendFile(herd.configFile, 'clientLimits: { connections: 1 }\n');
  await herd.serve('Solo');
  await using client = await TestClient.connect(herd.clients('Solo'));
  await client.ask('hello');
  await assertFails(sendKiwi(herd), /Solo at .*; no reply to 1 of 1 command\n/);
});

test('a server that speaks TLS, where the configuration has none', async () => {
  await using herd = await TestHerd.make(SOLO);
  const plain = await readFile(herd.configFile, 'utf8');
  const { cert, key } = makeCertificate('anything');
  await writeFile(join(herd.folder, 'cert.pem'), cert);
  await writeFile(join(herd.folder, 'key.pem'), key);
  await appendFile(herd.configFile, 'clientTls: { certFile: cert.pem, keyFile: key.pem }\n');
  await herd.serve('Solo');
  await writeFile(herd.configFile, plain);
  await assertFails(sendKiwi(herd), /Solo at .*TLS.*\n/);
});

test('a server that speaks no TLS, where the configuration has it', async () => {
  await using herd = await TestHerd.make(SOLO);
  await herd.serve('Solo');
  await writeFile(join(herd.folder, 'cert.pem'), makeCertificate('anything').cert);
  await appendFile(herd.configFile, 'clientTls: { certFile: cert.pem, keyFile: key.pem }\n');
  await assertFails(sendKiwi(herd), /cannot connect to Solo at .*: .*TLS.*\n/);
});

test('a certificate that cannot be read', async () => {
  await using herd = await TestHerd.make(SOLO);
  await appendFile(herd.configFile, 'clientTls: { certFile: cert.pem, keyFile: key.pem }\n');
  await assertFails(
    sendKiwi(herd),
    /: the file of clientTls\.certFile cannot be used: no such file\n/,
  );
  await writeFile(join(herd.folder, 'cert.pem'), 'nothing of the kind');
  await assertFails(sendKiwi(herd), /cannot be used: expected an X\.509 certificate in PEM\n/);
});

test('a server that is stopped', async () => {
  await using herd = await TestHerd.make(SOLO);
  const server = await herd.serve('Solo');
  server.signal('SIGSTOP');
  try {
    await assertFails(
      sendKiwi(herd, '--deadline', '500ms'),
      /Solo at .* did not answer within 500 ms; no reply to 1 of 1 command\n/,
    );
  } finally {
    server.signal('SIGCONT');
  }
});

test('a server that is slow, with an upstream that takes its time', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ ...SOLO, places: upstream.places });
  await herd.serve('Solo', { GOOGLE_MAPS_API_KEY: 'a-test-key' });
  const args = ['send', 'Solo', '--config', herd.configFile, KIWI, 'WHATSAT kiwi 10 5'];
  await using sending = startCli(args);
  const { response } = await upstream.request(10_000);
  await sending.waitFor(/^AT Solo .*\n/);
  response.end(JSON.stringify(pageOf('a place')));
  assert.deepEqual(await sending.exited, { code: 0, signal: null });
  assert.match(sending.stdout, /^(AT Solo .* kiwi .*\n){2}\{\n[^]*"a place"[^]*\n\}\n\n$/);
  assert.equal(sending.stderr, '');
});

test('a server that dies before it answers', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ ...SOLO, places: upstream.places });
  const server = await herd.serve('Solo', { GOOGLE_MAPS_API_KEY: 'a-test-key' });
  const args = ['send', 'Solo', '--config', herd.configFile, KIWI, 'WHATSAT kiwi 10 5'];
  await using sending = startCli(args);
  await upstream.request(10_000);
  await sending.waitFor(/^AT Solo .*\n/);
  server.signal('SIGKILL');
  assert.equal((await sending.exited).code, 1);
  assert.match(sending.stderr, /Solo at .*; no reply to 1 of 2 commands\n$/);
});

test('a server that closes within a reply', async () => {
  await using herd = await TestHerd.make(SOLO);
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('AT Solo +1.0 kiwi +1+1 1\n{\n   "results": [\n'));
  });
  server.listen(herd.clients('Solo'));
  try {
    await once(server, 'listening');
    const { code, stderr } = await sendKiwi(herd);
    assert.equal(code, 1);
    assert.match(stderr, /Solo at .* closed the connection; its last reply is not complete\n$/);
  } finally {
    server.close();
  }
});

test('words without quotes are a usage error with the command that was meant', async () => {
  await using herd = await TestHerd.make(SOLO);
  const args = ['send', 'Solo', '--config', herd.configFile, ...KIWI.split(' ')];
  const { code, stdout, stderr } = await runCli(args);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  assert.equal(
    stderr,
    `proxy-herd: each command is one argument, so put it in quotes: proxy-herd send Solo '${KIWI}'\n`,
  );
});

test('a deadline that is none is a usage error', async () => {
  const { code, stderr } = await runCli(['send', 'Riley', 'x', '--deadline', 'soon']);
  assert.equal(code, 2);
  assert.match(stderr, /found --deadline soon, expected a duration /);
});

test('without a configuration a server is named by its address; --fail minds a question mark', async () => {
  await using server = await OwnServer.start({});
  const { host, port } = server.clients;
  const args = ['send', '--host', `${host}:${port}`, '--fail', 'hello', KIWI];
  const { code, stdout, stderr } = await runCli(args);
  assert.match(stdout, /^\? hello\nAT Riley .* kiwi .*\n$/);
  assert.deepEqual(
    { code, stderr },
    { code: 1, stderr: 'proxy-herd: 1 of 2 commands were answered with a question mark\n' },
  );
});

test('an address that is none, or one beside a configuration, is a usage error', async () => {
  for (const [options, message] of [
    [{ host: 'a b' }, 'found --host a b, expected host:port, for example 127.0.0.1:11645'],
    [{ host: 'a:1', port: '2' }, 'found --host a:1 --port 2, expected host:port'],
    [{ port: '0' }, 'found --host 127.0.0.1 --port 0, expected host:port'],
    [{ host: 'a', config: 'herd.yaml' }, 'expected --config or --host and --port, found both'],
    [{ tls: true }, '--tls goes with --host'],
    [{}, "expected a server's name, or --host with its address"],
  ] as const) {
    const words = 'tls' in options ? ['Riley', 'x'] : [];
    await assert.rejects(send(words, options), (error) => {
      assert.ok(error instanceof CliError);
      assert.equal(error.code, 'USAGE');
      assert.ok(error.message.startsWith(message), error.message);
      return true;
    });
  }
});
