import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { makeCertificate } from '../support/certificate.ts';
import { TestHerd } from '../support/herd.ts';
import { type Finished, runCli, startCli } from '../support/process.ts';

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
  assert.match(other.stderr, /cannot connect to Solo/);
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

/** Listens where Solo should, does this with the first connection, and tells how `send` ends. */
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
  assert.match(stderr, /^proxy-herd: (lost the connection to )?Solo at .*(cut|was sent)\n$/);
});

test('a server that closes before everything was sent is a failure', async () => {
  const { code, stdout, stderr } = await sendTo((socket) => {
    socket.on('error', () => undefined);
    socket.end('bye\n');
  });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: 'bye\n' });
  assert.match(stderr, /^proxy-herd: Solo at .* closed before everything was sent\n$/);
});
