import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { converge } from '../support/convergence.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { moment, OPEN_SEA, readUntilClosed } from '../support/commands.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

/** How long a server may take to end, in milliseconds: its grace and then some, on a busy machine. */
const ENDS_WITHIN_MS = 5000;
const AGREES_WITHIN_MS = 30_000;

for (const data of ['none', './data']) {
  test(`each server restarted in turn under load, with data: ${data}`, async (t) => {
    await using upstream = await TestUpstream.start();
    const { servers, links = [] } = DIAGRAM;
    await using herd = await RelayedHerd.make({
      servers,
      links,
      settings: { logs: 'none', data, places: upstream.places },
      env: { GOOGLE_MAPS_API_KEY: 'a-key-of-nobody' },
    });
    await herd.serveAll();
    const ledger = new Ledger();
    const load = new Load(herd, ledger, { clients: 50, mostThinkMs: 40, churn: 0, seed: 1 });
    const restarts: Restart[] = [];
    try {
      for (const [index, server] of servers.entries()) {
        await eventuallyTrue('the herd is whole', () => herd.isWhole);
        restarts.push(await restart(herd, server, upstream, index + 1));
      }
      await eventuallyTrue('the herd is whole', () => herd.isWhole);
    } finally {
      await load.stop();
    }
    // Whoever was at a server that went down was told so by the end of the stream, not by an error.
    for (const { server, code, at } of load.troubles) {
      const during = restarts.find((one) => one.server === server && at >= one.from && at <= one.to);
      assert.ok(during !== undefined, `${server} went on, and a conversation with it was ${code}`);
      assert.ok(code === 'closed' || code === 'refused', `a conversation with ${server}: ${code}`);
    }
    t.diagnostic(`${ledger.answers} reports answered, ${load.troubles.length} clients moved on`);
    const { missing } = await askAll(herd, ledger, upstream);
    assert.deepEqual(missing, []);
    assert.deepEqual(herd.crashes, []);
  });
}
