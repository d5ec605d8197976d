import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA, readUntilClosed, report } from '../support/commands.ts';
import { converge } from '../support/convergence.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

/** How long a server may take to end, in milliseconds: its grace and then some, on a busy machine. */
const ENDS_WITHIN_MS = 5000;
const AGREES_WITHIN_MS = 30_000;
/** A client that was told of an end may be busy with its next report for so long, in milliseconds. */
const NOTICED_WITHIN_MS = 2000;

/** When a server was not there, in milliseconds on the clock of `performance`. */
interface Restart {
  readonly server: string;
  readonly from: number;
  readonly to: number;
}

for (const data of ['none', './data']) {
  test(`each server restarted in turn under load, data: ${data}`, async (t) => {
    const { servers, links = [] } = DIAGRAM;
    const settings = { logs: 'none', data };
    await using herd = await RelayedHerd.make({ servers, links, settings });
    await herd.serveAll();
    const ledger = new Ledger();
    const load = new Load(herd, ledger, { clients: 50, mostThinkMs: 40, churn: 0, seed: 1 });
    const restarts: Restart[] = [];
    try {
      for (const server of servers) restarts.push(await restart(herd, server, ledger));
    } finally {
      await load.stop();
    }
    const { missing } = await converge(herd, ledger.snapshot(), AGREES_WITHIN_MS);
    assert.deepEqual(missing, []);
    assert.deepEqual(herd.crashes, []);
    t.diagnostic(`${ledger.answers} reports answered, ${load.troubles.length} conversations ended`);
    for (const trouble of load.troubles) {
      const { server, code, at } = trouble;
      const isExpected = restarts.some((one) => {
        return one.server === server && at >= one.from && at <= one.to + NOTICED_WITHIN_MS;
      });
      assert.ok(isExpected, `a conversation with ${server}, which went on, ended: ${code}`);
      // Broken is one that the system had taken for the server, and the server had not seen yet.
      assert.match(code, /^(closed|refused|broken)$/, `at a restart of ${server}`);
    }
  });
}

/** Restarts a server as a careful person would: not before the herd holds together without it. */
async function restart(herd: RelayedHerd, server: string, ledger: Ledger): Promise<Restart> {
  await eventuallyTrue('the herd is whole', () => herd.isWhole);
  const { missing } = await converge(herd, ledger.snapshot(), AGREES_WITHIN_MS);
  assert.deepEqual(missing, []);
  const from = performance.now();
  assert.deepEqual(await herd.terminate(server), { code: 0, signal: null });
  const took = performance.now() - from;
  assert.ok(took < ENDS_WITHIN_MS, `${server} took ${took} ms to end`);
  await herd.serve(server);
  return { server, from, to: performance.now() };
}

test('what a stopping server has begun is answered before it closes, and it ends with 0', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ servers: ['Riley'], places: upstream.places });
  const riley = await herd.serve('Riley', { GOOGLE_MAPS_API_KEY: 'a-key' });
  const at = await report(herd, 'Riley', 'kiwi', moment(0));

  await using client = await TestClient.connect(herd.clients('Riley'));
  client.sendLine('WHATSAT kiwi 7 1');
  const { response } = await upstream.request(7000);
  const later = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(1)}`);
  assert.match(later, /^AT Riley /);
  riley.signal('SIGTERM');
  await eventuallyTrue('Riley listens no more', async () => {
    const other = await TestClient.connect(herd.clients('Riley')).catch(() => undefined);
    await other?.[Symbol.asyncDispose]();
    return other === undefined;
  });
  response.end(JSON.stringify(pageOf('a café')));

  const rest = (await readUntilClosed(client)).toString();
  assert.ok(rest.startsWith(`${at}\n{`) && rest.endsWith('}\n\n'), rest);
  assert.equal(client.socket.errored, null);
  assert.deepEqual(await riley.exited, { code: 0, signal: null });
});
