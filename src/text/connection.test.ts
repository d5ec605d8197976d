import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { ByteWriter } from '../protocol/byte-writer.ts';
import type { ByteStream } from '../transport/byte-stream.ts';
import { TCP } from '../transport/tcp-transport.ts';
import { NO_END } from '../protocol/report.ts';
import { lineText } from '../protocol/line-decoder.ts';
import { AMPLE_LIMITS } from './ample-limits.test.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import { MAX_CONNECTION_COMMANDS } from './session.ts';
import { TickLog } from './tick-log.ts';

/** More than the system's buffers take, in bytes, so that much of it waits in the process. */
const LONG = 32 * 1024 * 1024;
/** Less than the replies of one tick, in bytes. */
const MEDIUM = 16 * 1024;
/** So many replies of that length are more than the system's buffers take. */
const MANY = LONG / MEDIUM;
/** Longer than a client may take to close its end, in milliseconds. */
const LONGER_THAN_LINGER_MS = 1500;

interface Pair {
  readonly client: Socket;
  /** Why the server's end has closed. */
  readonly closed: Promise<string>;
  /** How much waits in the process for the client to read, in bytes. */
  readonly unread: () => number;
  /** Has the server's end stop. */
  readonly finish: () => void;
  /** The commands that have been answered. */
  readonly answered: readonly string[];
}

/** A client, and a connection that answers it: `long` and `medium` at length, `never` never, all else with itself. */
async function connected(
  t: TestContext,
  limits: Partial<ConnectionParts['limits']>,
  framing: ConnectionParts['framing'] = 'line',
): Promise<Pair> {
  const answered: string[] = [];
  let onClose = (_reason: string): void => {};
  const closed = new Promise<string>((resolve) => (onClose = resolve));
  let opened: ByteStream | undefined;
  let connection: Connection | undefined;
  const create = (stream: ByteStream): Connection => {
    const created: Connection = new Connection(stream, {
      framing,
      limits: { ...AMPLE_LIMITS, ...limits },
      handler: {
        takePlain: () => false,
        handleReport: () => NO_END,
        handle: (line, _isSettled, out) => {
          const text = lineText(line);
          answered.push(text);
          if (text === 'never') return new Promise(() => {});
          out.text(replyTo(text));
          return undefined;
        },
      },
      waitForCommit() {},
      tickLog: new TickLog(MAX_CONNECTION_COMMANDS),
      logPlain() {},
      logCommands() {},
      logReplies() {},
      admit: undefined,
      activate: () => {
        setImmediate(() => {
          const replies = new ByteWriter(MEDIUM);
          created.work(replies);
          created.flush(replies.bytes, false);
        });
      },
      onClose: (reason) => onClose(reason),
    });
    return created;
  };
  const server = TCP.createServer({
    certificate: undefined,
    stallMs: () => limits.unreadMs ?? AMPLE_LIMITS.unreadMs,
    admit: () => () => {},
    onStream: (stream) => {
      opened = stream;
      return {
        // Its times begin when the client has spoken, however slow this process is to have it speak.
        onData: (bytes) => (connection ??= create(stream)).onData(bytes),
        onEnd: () => connection?.onEnd(),
        onDrain: () => connection?.onDrain(),
        onStall: () => connection?.onStall(),
        onClose: (reason) => connection?.onClose(reason),
      };
    },
    onHandshakeFailed: (_remote, detail) => assert.fail(detail),
    onAcceptFailed: (detail) => assert.fail(detail),
  });
  t.after(() => {
    server.destroyStreams();
    return server.close();
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  t.after(() => client.destroy());
  client.on('error', () => {});
  return {
    client,
    closed,
    answered,
    unread: () => opened?.pendingBytes ?? 0,
    finish: () => void connection?.finish(),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(1);
}

function replyTo(command: string): string {
  if (command === 'long') return `${'x'.repeat(LONG)}\n`;
  return command === 'medium' ? `${'x'.repeat(MEDIUM)}\n` : `${command}\n`;
}

/** How many bytes come until the server closes its end. */
async function lengthOf(client: Socket): Promise<number> {
  let length = 0;
  for await (const bytes of client) length += Buffer.from(bytes as Uint8Array).length;
  return length;
}

describe('a connection', { timeout: 60_000 }, () => {
  test('that has no more to say gives its client all the time that it takes to read', async (t) => {
    const { client, finish } = await connected(t, {});
    client.write('long\n');
    await once(client, 'readable');
    finish();
    await delay(LONGER_THAN_LINGER_MS);
    assert.equal(await lengthOf(client), LONG + 1);
  });

  test('gives up a client that does not close its end, once it has all replies', async (t) => {
    const { client, closed } = await connected(t, {}, 'idle');
    client.resume().write('hello');
    assert.equal(await closed, 'ended');
    assert.equal(client.writableEnded, false);
  });

  test('on which nothing is sent is closed', async (t) => {
    const { client, closed } = await connected(t, { idleMs: 50 });
    client.write('hello\n');
    assert.equal(await lengthOf(client), 6);
    assert.equal(await closed, 'nothing was sent for 50 ms');
  });

  test('on which a reply is awaited is no idle one', async (t) => {
    const waiting = await connected(t, { idleMs: 50 });
    waiting.client.write('never\n');
    const idle = await connected(t, { idleMs: 500 });
    idle.client.write('hello\n');
    const first = await Promise.race([waiting.closed.then(() => 'waiting'), idle.closed]);
    assert.equal(first, 'nothing was sent for 500 ms');
  });

  test('without a limit for silence goes on', async (t) => {
    const patient = await connected(t, { idleMs: 0 });
    const idle = await connected(t, { idleMs: 500 });
    for (const { client } of [patient, idle]) client.write('hello\n');
    const first = await Promise.race([patient.closed.then(() => 'patient'), idle.closed]);
    assert.equal(first, 'nothing was sent for 500 ms');
  });

  test('whose client does not read its replies is closed', async (t) => {
    const { client, closed } = await connected(t, { unreadMs: 100 });
    client.write('hello\n');
    await delay(250); // to be quiet is no fault
    client.write('long\n');
    assert.equal(await closed, 'replies were not read for 100 ms');
    assert.ok((await lengthOf(client).catch(() => 0)) < LONG);
  });

  test('goes on where replies are read late, but in time', async (t) => {
    const { client, unread, answered } = await connected(t, { idleMs: 100 });
    client.write('medium\n'.repeat(MANY));
    await until(() => unread() > 0);
    const idle = await connected(t, { idleMs: 300 });
    idle.client.write('hello\n');
    assert.equal(await idle.closed, 'nothing was sent for 300 ms');
    assert.equal(await lengthOf(client), MANY * (MEDIUM + 1));
    assert.equal(answered.length, MANY);
  });

  test('answers no more commands than the client takes replies of', async (t) => {
    const { client, answered } = await connected(t, {});
    client.end('long\nlong\nlong\n');
    await delay(200);
    assert.ok(answered.length <= 1, `${answered.length} replies wait`);
    assert.equal(await lengthOf(client), 3 * (LONG + 1));
  });
});
