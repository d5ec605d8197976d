import type { Address } from '../transport/address.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import type { PeerProof } from '../transport/peer-proof.ts';
import { SecretProof } from '../transport/secret-proof.ts';
import { LinkKeys } from '../transport/link-keys.ts';
import { Links } from '../replication/flood/links.ts';
import type { LinkCause } from '../replication/flood/messages.ts';
import { TcpChannels } from '../transport/tcp-channels.ts';
import { LocationStore } from '../store/store.ts';
import { MAX_PEER_CONNECTIONS, createPeerPort } from './peer-port.ts';

const SECRET = 'a secret of sixteen bytes';

interface Bench {
  readonly address: Address;
  /** Why connections have ended. */
  readonly causes: LinkCause[];
  /** Has every deadline pass. */
  readonly passTime: () => void;
}

/** The peer port of server A, with links for which time does not pass by itself. */
async function start(t: TestContext, proof: PeerProof | undefined): Promise<Bench> {
  const causes: LinkCause[] = [];
  const timers = new Set<() => void>();
  const channels: TcpChannels = new TcpChannels(proof, () => setImmediate(() => channels.work()));
  const world = {
    clock: {
      after(_delayMs: number, action: () => void) {
        timers.add(action);
        return () => timers.delete(action);
      },
    },
    nowMs: () => 0,
    now: () => ({ seconds: 0, nanoseconds: 0 }),
    random: () => 0,
    dial: () => assert.fail('it has no neighbour to dial'),
    wake: () => {},
  };
  const membership = {
    herd: 'herd',
    server: 'A',
    epoch: () => 1,
    neighbours: [],
    confirming: false,
    tombstoneGraceMs: Infinity,
    withdraw: () => assert.fail('nothing is removed'),
    facts: () => assert.fail('nobody is told'),
  };
  const links = new Links(membership, new LocationStore(), world, {
    onLinkUp: () => assert.fail('a link is up'),
    onLinkDown: () => assert.fail('a link was up'),
    onLinkFailed: (_neighbour, cause) => causes.push(cause),
    onLag() {},
  });
  const port = createPeerPort(links, channels);
  t.after(() => {
    links.stop();
    return port.close();
  });
  const address = await port.listen({ host: '127.0.0.1', port: 0 });
  const passTime = (): void => {
    for (const action of timers) action();
  };
  return { address, causes, passTime };
}

/** Connects and says nothing. */
async function connectSilently(t: TestContext, address: Address): Promise<Socket> {
  const socket = connect(address).resume();
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function untilClosed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    if (socket.closed) resolve(undefined);
    else socket.once('close', resolve);
  });
}

for (const [what, proof] of [
  ['without a proof', undefined],
  ['with a secret', new SecretProof(new LinkKeys('herd', 'A', [], [SECRET]))],
] as const) {
  describe(`a peer port ${what}`, { timeout: 60_000 }, () => {
    test('bounds its connections, those that are yet to prove themselves among them', async (t) => {
      const { address, causes, passTime } = await start(t, proof);
      const sockets: Socket[] = [];
      for (let i = 0; i < MAX_PEER_CONNECTIONS; i++) {
        sockets.push(await connectSilently(t, address));
      }
      await untilClosed(await connectSilently(t, address));
      assert.ok(sockets.every((socket) => !socket.closed));

      passTime();
      await Promise.all(sockets.map((socket) => untilClosed(socket)));
      assert.equal(causes.length, MAX_PEER_CONNECTIONS);
      for (const { code } of causes) assert.equal(code, 'silent');
    });
  });
}
