import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converge } from '../support/convergence.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { PATIENCE_MS } from '../support/patience.ts';

/** How long a server may take to end, in milliseconds: its grace and then some, on a busy machine. */
const ENDS_WITHIN_MS = 20_000;

/** When a server was not there, in milliseconds on the clock of `performance`. */
interface Restart {
  readonly server: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Defines the test that a restart of each server in turn, under the load of 50 clients, loses nothing and
 * disturbs only those that talk to it.
 *
 * @param mostThinkMs the most that a client waits between two reports
 */
export function testRollingRestart(data: 'none' | './data', mostThinkMs: number): void {
  test(`each server restarted in turn under load, data: ${data}`, async (t) => {
    const { servers, links = [] } = DIAGRAM;
    const settings = { logs: 'none', data };
    await using herd = await RelayedHerd.make({ servers, links, settings });
    await herd.serveAll();
    const ledger = new Ledger();
    const load = new Load(herd, ledger, {
      clients: 50,
      mostThinkMs,
      churn: 0,
      patienceMs: PATIENCE_MS,
      seed: 1,
    });
    const restarts: Restart[] = [];
    try {
      for (const server of servers) restarts.push(await restart(herd, server, ledger));
    } finally {
      await load.stop();
    }
    const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
    assert.deepEqual(missing, []);
    assert.deepEqual(herd.crashes, []);
    t.diagnostic(`${ledger.answers} reports answered, ${load.troubles.length} conversations ended`);
    for (const trouble of load.troubles) {
      const { server, code, since, at } = trouble;
      const isExpected = restarts.some((one) => {
        return one.server === server && at >= one.from && since <= one.to;
      });
      assert.ok(isExpected, `a conversation with ${server}, which went on, ended: ${code}`);
      // Broken is one that the system had taken for the server, and the server had not seen yet.
      assert.match(code, /^(closed|refused|broken)$/, `at a restart of ${server}`);
    }
  });
}

/** Restarts a server as a careful person would: not before the herd is connected without it. */
async function restart(herd: RelayedHerd, server: string, ledger: Ledger): Promise<Restart> {
  await eventuallyTrue('the herd is whole', () => herd.isWhole);
  const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
  assert.deepEqual(missing, []);
  const from = performance.now();
  assert.deepEqual(await herd.terminate(server), { code: 0, signal: null });
  const took = performance.now() - from;
  assert.ok(took < ENDS_WITHIN_MS, `${server} took ${took} ms to end`);
  await herd.serve(server);
  return { server, from, to: performance.now() };
}
