import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converge, showMissing } from '../support/convergence.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { TestProcess } from '../support/process.ts';

/** Defines the test that so often all servers are killed at once, and nothing that was answered is lost. */
export function testKillAll(rounds: number): void {
  test(`journaled: all five servers killed at once under load, ${rounds} times, lose no answered report`, async (t) => {
    await using herd = await TestHerd.make({ ...DIAGRAM, acknowledge: 'journaled' });
    const ledger = new Ledger();
    for (let round = 0; round < rounds; round++) {
      const processes = await herd.serveAll();
      const before = ledger.answers;
      const load = new Load(herd, ledger, {
        clients: 50,
        mostThinkMs: 5,
        churn: 0.02,
        patienceMs: 1000,
        seed: round,
      });
      await eventuallyTrue('a load', () => ledger.answers > before + 1000);
      await kill(...processes.values());
      await load.stop();

      const again = await herd.serveAll();
      const promised = ledger.snapshot();
      const { missing } = await converge(herd, promised, PATIENCE_MS);
      assert.equal(showMissing(missing), '');
      t.diagnostic(`${ledger.answers - before} answers, ${promised.size} clients`);
      await kill(...again.values());
    }
  });
}

async function kill(...processes: readonly TestProcess[]): Promise<void> {
  for (const process of processes) process.signal('SIGKILL');
  await Promise.all(processes.map((process) => process.exited));
}
