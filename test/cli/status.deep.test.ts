import assert from 'node:assert/strict';
import test from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { KEYS, startAtTerminal } from '../support/terminal.ts';

/** What begins a drawing: the cursor goes to the upper left. */
const HOME = '\x1b[H';
const GREEN = '\x1b[32m';

/** `status --watch` on a pseudo-terminal, until Ctrl-C after three drawings; what it printed. */
async function watched(gateway: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const env = { TERM: 'xterm', NO_COLOR: undefined, ...environment };
  const args = ['status', '--watch', '0.1', '--gateway', gateway];
  await using status = startAtTerminal(args, { env });
  // oxlint-disable-next-line no-control-regex -- it is what a drawing begins with
  await status.waitFor(/(\x1b\[H[^]*){4}/);
  status.stdin.write(KEYS.ctrlC);
  const { code, stdout } = await status.finished();
  assert.equal(code, 0, stdout);
  return stdout;
}

test('status --watch draws in place on a terminal, in colours unless NO_COLOR, and Ctrl-C ends it', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${server.gateway.port}`;
  const coloured = await watched(url, {});
  assert.ok(coloured.includes(`${GREEN}reachable`), coloured);
  const plain = await watched(url, { NO_COLOR: '1' });
  assert.ok(plain.includes(HOME) && !plain.includes(GREEN), plain);
  assert.match(plain, /Riley +reachable/);
});
