import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';

import type { Address } from '#src/transport/address.js';
import type { ByteStream, StreamListener } from '#src/transport/byte-stream.js';
import { TCP } from '#src/transport/tcp-transport.js';
import { makeCertificate } from '../support/certificate.ts';

const CERTIFICATE = makeCertificate('localhost');

/** More than the system's buffers take, in bytes. */
const LONG = 32 * 1024 * 1024;

interface Bench {
  readonly client: Socket;
  readonly stream: ByteStream;
  /** The calls of the stream's listener. */
  readonly calls: string[];
  /** Why it has closed. */
  readonly closed: Promise<string>;
}

/** A client and the server's end of its connection. The client reads when it is asked to. */
async function connected(t: TestContext, isSecure: boolean, stallMs = 60_000): Promise<Bench> {
  const calls: string[] = [];
  let onClosed = (_reason: string): void => {};
  const closed = new Promise<string>((resolve) => (onClosed = resolve));
  const listener: StreamListener = {
    onData: (bytes) => calls.push(`received ${bytes.toString('latin1')}`),
    onEnd: () => calls.push('ended'),
    onDrain: () => calls.push('drained'),
    onStall: () => calls.push('stalled'),
    onClose: (reason) => onClosed(reason),
  };
  let onOpened = (_stream: ByteStream): void => {};
  const opened = new Promise<ByteStream>((resolve) => (onOpened = resolve));
  const server = TCP.createServer({
    certificate: isSecure ? CERTIFICATE : undefined,
    stallMs: () => stallMs,
    admit: () => () => {},
    onStream: (stream) => {
      onOpened(stream);
      return listener;
    },
    onHandshakeFailed: (_remote, detail) => assert.fail(detail),
    onAcceptFailed: (detail) => assert.fail(detail),
  });
  t.after(() => {
    server.destroyStreams();
    return server.close();
  });
  const client = dial(await server.listen({ host: '127.0.0.1', port: 0 }), isSecure);
  t.after(() => client.destroy());
  client.on('error', () => {});
  return { client, stream: await opened, calls, closed };
}

function dial(address: Address, isSecure: boolean): Socket {
  const options = { ...address, allowHalfOpen: true };
  return isSecure
    ? connectTls({ ...options, ca: CERTIFICATE.cert, checkServerIdentity: () => undefined })
    : connect(options);
}

/** Reads until the stream's end. */
async function readAll(client: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const bytes of client) chunks.push(Buffer.from(bytes as Uint8Array));
  return Buffer.concat(chunks);
}

for (const [what, isSecure] of [
  ['TCP', false],
  ['TLS', true],
] as const) {
  describe(`a stream over ${what}`, { timeout: 60_000 }, () => {
    test('takes what is written from a buffer that changes afterwards', async (t) => {
      const { client, stream } = await connected(t, isSecure);
      const shared = Buffer.alloc(1000);
      for (const letter of 'abc') {
        assert.equal(stream.write(shared.fill(letter).subarray(0, 900)), true);
      }
      shared.fill('-');
      stream.end(60_000);
      const expected = ['a', 'b', 'c'].map((letter) => letter.repeat(900)).join('');
      assert.equal(String(await readAll(client)), expected);
    });

    test('says where it still reads from a buffer, and copies what waits behind it', async (t) => {
      const { client, stream, calls } = await connected(t, isSecure);
      const long = Buffer.alloc(LONG, 'x');
      const isFree = stream.write(long);
      assert.equal(isFree, isSecure);
      if (isFree) long.fill('-');
      assert.ok(stream.pendingBytes > 0);
      assert.ok(stream.isBlocked);
      const tail = Buffer.from('tail');
      assert.equal(stream.write(tail), true);
      tail.fill('-');
      const all = readAll(client);
      while (!calls.includes('drained')) await new Promise(setImmediate);
      assert.equal(stream.pendingBytes, 0);
      stream.end(60_000);
      const bytes = await all;
      assert.equal(bytes.length, LONG + 4);
      assert.ok(bytes.subarray(0, LONG).equals(Buffer.alloc(LONG, 'x')));
      assert.equal(bytes.toString('latin1', LONG), 'tail');
    });

    test('is stalled where nothing that waits is taken', async (t) => {
      const { client, stream, calls, closed } = await connected(t, isSecure, 50);
      client.pause();
      stream.write(Buffer.alloc(LONG));
      while (!calls.includes('stalled')) await new Promise(setImmediate);
      stream.destroy('it stalled');
      assert.equal(await closed, 'it stalled');
    });

    test('is written to after the other end has ended', async (t) => {
      const { client, stream, calls, closed } = await connected(t, isSecure);
      client.end('last');
      while (!calls.includes('ended')) await new Promise(setImmediate);
      assert.deepEqual(calls, ['received last', 'ended']);
      stream.write(Buffer.from('reply'));
      stream.end(60_000);
      assert.equal(String(await readAll(client)), 'reply');
      assert.equal(await closed, 'ended');
    });

    test('that has ended reports nothing that is received, and lingers a while', async (t) => {
      const { client, stream, calls, closed } = await connected(t, isSecure);
      stream.end(50);
      client.resume().write('late');
      await once(client, 'end');
      assert.equal(await closed, 'ended');
      assert.deepEqual(calls, []);
    });
  });
}
