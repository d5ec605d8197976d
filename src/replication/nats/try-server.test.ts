import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { tryServer } from './try-server.ts';

const OPTIONS = {
  servers: [],
  credentials: undefined,
  authority: undefined,
  domain: undefined,
  prefix: 'herd',
  interest: { kind: 'all' },
  partitions: 1,
  replicas: 1,
  storage: 'file',
  maxAgeMs: undefined,
} as const;

/** What comes after a greeting, and what the greeting says beside the version. */
const THEN: readonly [string, object, (socket: Socket) => void][] = [
  ['closes at once', {}, (socket) => socket.end()],
  ['says nothing more', {}, () => {}],
  ['wants TLS, and says nothing more', { tls_required: true }, () => {}],
];

for (const [what, more, act] of THEN) {
  test(`no connection is left with what greets as NATS and ${what}`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).resume();
      const info = { server_id: 'it', version: '2.9.10', max_payload: 1024, proto: 1, ...more };
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      act(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const cause = await tryServer(`nats://127.0.0.1:${port}`, OPTIONS, 500);
    assert.equal(cause?.code, 'unreachable');
    server.close();
    await once(server, 'close'); // when nobody is connected any more
  });
}
