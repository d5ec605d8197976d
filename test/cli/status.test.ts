import assert from 'node:assert/strict';
import test from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { OwnServer } from '../support/own-server.ts';
import { startCli } from '../support/process.ts';

/* How `status` looks, and what it does where no gateway can be asked, is in src/cli/; of a herd, in test/gateway/. */

test('status --watch --json prints an object a line until SIGTERM, with a token of the environment', async () => {
  const access = accessOptions({ clients: 'never', gateway: 'always' });
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 }, access });
  const url = `http://127.0.0.1:${server.gateway.port}`;
  const args = ['status', '--gateway', url, '--watch', '0.1', '--json'];
  await using status = startCli(args, { env: { PROXY_HERD_TOKEN: TOKENS.right.token } });
  await status.waitFor(/(.*\n){2}/);
  status.signal('SIGTERM');
  assert.deepEqual(await status.exited, { code: 0, signal: null });
  assert.equal(status.stderr, '');
  for (const line of status.stdout.trimEnd().split('\n')) {
    const { servers } = JSON.parse(line) as { servers: { server: string; state: string }[] };
    assert.deepEqual(
      servers.map(({ server, state }) => `${server} ${state}`),
      ['Riley reachable'],
    );
  }
});
