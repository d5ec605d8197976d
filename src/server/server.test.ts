import type { Address } from '../transport/address.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { describe, test, type TestContext } from 'node:test';

import { PeerSecurityError } from './peer-security.ts';
import { ListenError, OptionError, type PortKind } from './errors.ts';
import type { ServerOptions } from './options.ts';
import type { HerdServer } from './herd-server.ts';
import { startServer } from './server.ts';
import { ANY, SMALL_OPTIONS } from './small-options.test.ts';

/** A server that ends with the test. */
async function start(t: TestContext, options: Partial<ServerOptions>): Promise<HerdServer> {
  const server = await startServer(
    { ...SMALL_OPTIONS, ...options },
    { onTrouble: (detail) => assert.fail(detail), demo: undefined },
  );
  t.after(() => server.close());
  return server;
}

test('options that cannot be used are an error, and nothing is started', async () => {
  const error = await startError({ name: 'x'.repeat(65) });
  assert.ok(error instanceof OptionError);
  assert.equal(error.option, 'name');
});

/** Something that listens and says nothing, until the test ends. */
async function listener(t: TestContext): Promise<{ address: Address; server: Server }> {
  const server = createServer((socket) => t.after(() => socket.destroy()));
  server.listen(ANY);
  t.after(() => server.close());
  await once(server, 'listening');
  return { server, address: { ...ANY, port: (server.address() as AddressInfo).port } };
}

/** The error that starting with `options` fails with. */
async function startError(options: Partial<ServerOptions>): Promise<unknown> {
  const started = startServer(
    { ...SMALL_OPTIONS, ...options },
    { onTrouble: () => {}, demo: undefined },
  );
  return started.then(
    (server) => server.close(),
    (error: unknown) => error,
  );
}

async function listenError(options: Partial<ServerOptions>): Promise<ListenError> {
  const error = await startError(options);
  assert.ok(error instanceof ListenError);
  return error;
}

async function secretErrorCode(options: Partial<ServerOptions>): Promise<string> {
  const error = await startError(options);
  assert.ok(error instanceof PeerSecurityError);
  return error.code;
}

describe('a port that cannot be listened on', () => {
  for (const port of ['clients', 'peers'] satisfies PortKind[]) {
    test(`is an error that says which and why: ${port} in use`, async (t) => {
      const { address } = await listener(t);
      const error = await listenError({ [port]: address });
      assert.equal(error.code, 'ADDRESS_IN_USE');
      assert.deepEqual([error.server, error.port, error.address], ['Riley', port, address]);
      const where = `Riley cannot listen for ${port} on 127.0.0.1:${address.port}: `;
      assert.ok(error.message.startsWith(where));
    });
  }

  test('may be of an address that this machine does not have', async () => {
    // An address of RFC 5737, which are for documentation and nobody's.
    const error = await listenError({ clients: { host: '192.0.2.1', port: 0 } });
    assert.equal(error.code, 'ADDRESS_UNAVAILABLE');
  });

  const causes: [cause: string, code: string][] = [
    ['EADDRINUSE', 'ADDRESS_IN_USE'],
    ['EADDRNOTAVAIL', 'ADDRESS_UNAVAILABLE'],
    ['ENOTFOUND', 'ADDRESS_UNAVAILABLE'],
    ['EAI_AGAIN', 'ADDRESS_UNAVAILABLE'],
    ['EACCES', 'ADDRESS_FORBIDDEN'],
    ['EPERM', 'ADDRESS_FORBIDDEN'],
    ['EMFILE', 'LISTEN_FAILED'],
  ];
  for (const [cause, code] of causes) {
    test(`${cause} is ${code}`, () => {
      const error = new ListenError(
        'Riley',
        'peers',
        ANY,
        Object.assign(new Error(), { code: cause }),
      );
      assert.equal(error.code, code);
    });
  }

  test('leaves the other one free', async (t) => {
    const taken = await listener(t);
    const free = await listener(t);
    free.server.close();
    await once(free.server, 'close');
    await listenError({ clients: taken.address, peers: free.address });
    const server = await start(t, { peers: free.address });
    assert.deepEqual(server.peers, free.address);
  });
});

describe('a server', { timeout: 60_000 }, () => {
  test('answers a client that half-closes, and then closes', async (t) => {
    const { clients } = await start(t, {});
    const client = connect(clients).end('what\r\nsays who');
    let replies = '';
    client.setEncoding('latin1').on('data', (text: string) => (replies += text));
    await once(client, 'close');
    assert.equal(replies, '? what\r\n? says who\n');
  });

  test('stops while a question to an upstream is under way', async (t) => {
    const { address, server: upstream } = await listener(t);
    const url = `http://${address.host}:${address.port}`;
    const places = {
      ...SMALL_OPTIONS.places,
      provider: 'google-legacy',
      settings: { url },
      key: 'key',
      calls: { deadlineMs: 5_000, atOnce: 16 },
    } as const;
    const server = await start(t, { places });
    const client = connect(server.clients);
    t.after(() => client.destroy());
    client.on('error', () => {});
    const asked = once(upstream, 'connection');
    client.write('IAMAT kiwi +1+1 1\nWHATSAT kiwi 10 5\n');
    await asked;
    await server.close();
  });
});

describe('a server whose links would leave loopback', () => {
  const BEYOND: Address = { host: '0.0.0.0', port: 0 };
  const SECRET = 'a secret of sixteen bytes';

  test('does not start without a secret', async () => {
    const neighbours = [{ name: 'Jaquez', peers: BEYOND }];
    assert.equal(await secretErrorCode({ peers: BEYOND }), 'PEER_PROOF_MISSING');
    assert.equal(await secretErrorCode({ neighbours }), 'PEER_PROOF_MISSING');
  });

  test('does not start with a short one, wherever its links go', async () => {
    assert.equal(await secretErrorCode({ secrets: ['short'] }), 'PEER_SECRET_SHORT');
    assert.equal(await secretErrorCode({ secrets: [SECRET, 'short'] }), 'PEER_SECRET_SHORT');
  });

  test('starts with a secret', async (t) => {
    await start(t, { peers: BEYOND, secrets: [SECRET] });
  });
});
