import type { Address } from './address.ts';
import type { Channel, ChannelListener } from './channel.ts';
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { LinkKeys } from './link-keys.ts';
import type { LinkCause } from '../replication/flood/messages.ts';
import type { PeerProof } from './peer-proof.ts';
import { SecretProof } from './secret-proof.ts';
import { TcpChannels } from './tcp-channels.ts';

const SECRET = 'a secret of sixteen bytes';

const KEYS_A = new LinkKeys('herd', 'A', ['B'], [SECRET]);
const PROOF_A = new SecretProof(KEYS_A);
const PROOF_B = new SecretProof(new LinkKeys('herd', 'B', ['A'], [SECRET]));

/** What uses one end of a connection. */
class End extends EventEmitter implements ChannelListener {
  /** Its calls, in their order. */
  readonly calls: string[] = [];
  cause: LinkCause | undefined;

  onOpened(): void {
    this.#note('opened');
  }

  onProven(server: string): void {
    this.#note(`proven ${server}`);
  }

  onReceived(bytes: Buffer): void {
    this.#note(`received ${bytes.toString('latin1')}`);
  }

  onDrained(): void {}

  onClosed(cause: LinkCause): void {
    this.cause = cause;
    this.#note('closed');
  }

  /** Waits until it was called like this. */
  async untilCalled(what: string): Promise<void> {
    while (!this.calls.includes(what)) await once(this, 'call');
  }

  #note(what: string): void {
    this.calls.push(what);
    this.emit('call');
  }
}

/** Channels that hand over at once. */
function createChannels(proof: PeerProof | undefined): TcpChannels {
  const channels: TcpChannels = new TcpChannels(proof, () => setImmediate(() => channels.work()));
  return channels;
}

/** Listens on a free port until the test ends. */
async function listen(t: TestContext, onSocket: (socket: Socket) => void): Promise<Address> {
  const server = createServer((socket) => {
    t.after(() => socket.destroy());
    onSocket(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

interface Accepting {
  readonly address: Address;
  /** The end of the first connection. */
  readonly end: End;
  /** Ends that connection. */
  readonly close: () => void;
}

/** Takes connections as server B does. */
async function accept(t: TestContext, proof: PeerProof | undefined): Promise<Accepting> {
  const channels = createChannels(proof);
  const end = new End();
  let first: Channel | undefined;
  const server = channels.createServer(100, (open) => {
    const channel = open(first === undefined ? end : new End());
    first ??= channel;
    t.after(() => channel.close());
  });
  t.after(() => void server.close()); // the other ends may close after it
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  return { address, end, close: () => first?.close() };
}

interface Dialled {
  readonly end: End;
  readonly channel: Channel;
}

/** Dials as server A does. */
function dial(t: TestContext, address: Address, proof: PeerProof | undefined): Dialled {
  const end = new End();
  const channel = createChannels(proof).dial('B', address, end);
  t.after(() => channel.close());
  return { end, channel };
}

/** Connects by other means than a server's. */
function connectWith(t: TestContext, address: Address, options: ConnectionOptions): Socket {
  const socket = connectTls({ ...address, ...options });
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  return socket;
}

/** Waits for a connection's end, of whatever cause. */
function untilClosed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

const PROOF: ConnectionOptions = {
  minVersion: 'TLSv1.3',
  pskCallback: () => ({ identity: KEYS_A.own.identity, psk: KEYS_A.own.key }),
  checkServerIdentity: () => undefined,
};

for (const [what, proofA, proofB] of [
  ['without a proof', undefined, undefined],
  ['with a secret', PROOF_A, PROOF_B],
] as const) {
  describe(`a connection ${what}`, { timeout: 60_000 }, () => {
    test('carries bytes both ways, and ends', async (t) => {
      const { address, end: far, close } = await accept(t, proofB);
      const { end: near, channel } = dial(t, address, proofA);
      await near.untilCalled('opened');
      channel.write(Buffer.from('to \xff B', 'latin1'));
      await far.untilCalled('received to \xff B');
      close();
      await near.untilCalled('closed');
      assert.equal(near.cause?.code, 'closed');
      assert.deepEqual(far.calls[0], proofB ? 'proven A' : 'received to \xff B');
    });

    test('hands over what has arrived when it is asked to, and not before', async (t) => {
      const { address, end: far } = await accept(t, proofB);
      const near = new End();
      let woken = () => {};
      const channels = new TcpChannels(proofA, () => woken());
      const wake = new Promise<void>((resolve) => (woken = resolve));
      const channel = channels.dial('B', address, near);
      t.after(() => channel.close());
      await wake;
      assert.deepEqual(near.calls, []);
      channels.work();
      assert.deepEqual(near.calls, ['opened']);
      channel.write(Buffer.from('x'));
      await far.untilCalled('received x');
    });

    test('is unreachable where nobody listens', async (t) => {
      const server = createServer().listen({ host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      const { end } = dial(t, { host: '127.0.0.1', port }, proofA);
      await end.untilCalled('closed');
      assert.equal(end.cause?.code, 'unreachable');
      assert.deepEqual(end.calls, ['closed']);
    });
  });
}

describe('a connection is refused, and nothing comes over it,', { timeout: 60_000 }, () => {
  /** Both ends end unproven; returns why, the dialler first. */
  async function refused(t: TestContext, keysA: LinkKeys): Promise<string[]> {
    const { address, end: far } = await accept(t, PROOF_B);
    const { end: near } = dial(t, address, new SecretProof(keysA));
    await Promise.all([near.untilCalled('closed'), far.untilCalled('closed')]);
    assert.deepEqual([near.calls, far.calls], [['closed'], ['closed']]);
    assert.deepEqual([near.cause?.code, far.cause?.code], ['unproven', 'unproven']);
    return [near.cause?.detail ?? '', far.cause?.detail ?? ''];
  }

  const REFUSAL =
    'it refuses the proof: it has another secret or herd, or does not know this server';

  test('with another secret', async (t) => {
    const other = new LinkKeys('herd', 'A', ['B'], ['another secret of sixteen bytes']);
    const details = await refused(t, other);
    assert.deepEqual(details, [REFUSAL, 'A has another secret or herd than B']);
  });

  test('of a server that is no neighbour', async (t) => {
    const stranger = new LinkKeys('herd', 'Z', ['B'], [SECRET]);
    const details = await refused(t, stranger);
    assert.deepEqual(details, [REFUSAL, 'Z is no neighbour of B']);
  });

  test('with the name of the right key, and another key', async (t) => {
    const { address, end } = await accept(t, PROOF_B);
    const { identity } = KEYS_A.own;
    const pskCallback = () => ({ identity, psk: Buffer.alloc(32) });
    await untilClosed(connectWith(t, address, { ...PROOF, pskCallback }));
    await end.untilCalled('closed');
    assert.deepEqual(end.calls, ['closed']);
    assert.equal(end.cause?.detail, 'TLS: binder does not verify');
  });

  test('with the right key over an older version of TLS', async (t) => {
    const { address, end } = await accept(t, PROOF_B);
    const older = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'PSK' } as const;
    await untilClosed(connectWith(t, address, { ...PROOF, ...older }));
    await end.untilCalled('closed');
    assert.deepEqual(end.calls, ['closed']);
    assert.equal(end.cause?.code, 'unproven');
  });

  test('without any proof', async (t) => {
    const { address, end } = await accept(t, PROOF_B);
    await untilClosed(connectWith(t, address, { rejectUnauthorized: false }));
    await end.untilCalled('closed');
    assert.deepEqual(end.calls, ['closed']);
    assert.equal(end.cause?.code, 'unproven');
  });

  test('without TLS', async (t) => {
    const { address, end } = await accept(t, PROOF_B);
    const { channel } = dial(t, address, undefined);
    channel.write(Buffer.from('HELLO proxy-herd/1.0 herd A epoch - 0\n'));
    await end.untilCalled('closed');
    assert.deepEqual(end.calls, ['closed']);
    const detail = 'it does not speak TLS: it may be configured without a secret';
    assert.deepEqual(end.cause, { code: 'unproven', detail });
  });

  test('where the server that was dialled does not speak TLS', async (t) => {
    const address = await listen(t, (socket) =>
      socket.write('HELLO proxy-herd/1.0 herd B e - 0\n'),
    );
    const { end } = dial(t, address, PROOF_A);
    await end.untilCalled('closed');
    assert.deepEqual(end.calls, ['closed']);
    const detail = 'it does not speak TLS: it may be configured without a secret';
    assert.deepEqual(end.cause, { code: 'unproven', detail });
  });

  test('where the other end goes away before the proof', async (t) => {
    const { address, end: far } = await accept(t, PROOF_B);
    const socket = connect(address);
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await far.untilCalled('closed');
    const cause = { code: 'closed', detail: 'the connection ended before the proof' };
    assert.deepEqual(far.cause, cause);

    const gone = await listen(t, (socket) => socket.once('data', () => socket.destroy()));
    const { end: near } = dial(t, gone, PROOF_A);
    await near.untilCalled('closed');
    assert.deepEqual(near.cause, cause);
  });

  test('with what an earlier session left behind, and no key', async (t) => {
    const { address, end } = await accept(t, PROOF_B);
    const first = connectWith(t, address, PROOF);
    const sessions: Buffer[] = [];
    first.on('session', (session: Buffer) => sessions.push(session));
    first.on('data', () => {}).write('x');
    await end.untilCalled('received x');
    first.end();
    await untilClosed(first);
    for (const session of sessions) {
      const again = connectWith(t, address, { minVersion: 'TLSv1.3', session });
      again.on('secureConnect', () => assert.fail('the session was resumed'));
      await untilClosed(again);
    }
  });
});

test(
  'a connection that is closed before the proof is closed at once',
  { timeout: 60_000 },
  async (t) => {
    const { address, close } = await accept(t, PROOF_B);
    const silent = connect(address);
    t.after(() => silent.destroy());
    await once(silent, 'connect');
    silent.resume();
    const ended = once(silent, 'close');
    setImmediate(close);
    await ended;
  },
);

test('both ends agree on TLS 1.3 and its cipher', { timeout: 60_000 }, async (t) => {
  const { address } = await accept(t, PROOF_B);
  const socket = PROOF_A.dial('B', address);
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  assert.equal(socket.getProtocol(), 'TLSv1.3');
  assert.equal(socket.getCipher().name, 'TLS_AES_128_GCM_SHA256');
});
