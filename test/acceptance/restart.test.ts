import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { testKills } from './restart-test.ts';

test('a server killed and started again has what was reported elsewhere', async (t) => {
  await using herd = await TestHerd.make(DIAGRAM);
  const processes = await herd.serveAll();
  /** By client, the `AT` line of its newest report. */
  const newest = new Map<string, string>();
  const reportTo = async (server: string, client: string, time: number): Promise<void> => {
    newest.set(client, await report(herd, server, client, moment(time)));
  };
  const agrees = async (server: string): Promise<boolean> => {
    for (const [client, at] of newest) {
      if ((await locate(herd, server, client)) !== at) return false;
    }
    return true;
  };

  for (const victim of DIAGRAM.servers) {
    await t.test(victim, async (t) => {
      const [witness = '', ...others] = DIAGRAM.servers.filter((name) => name !== victim);
      await reportTo(victim, `${victim}-reported-to-the-victim-alone`, 0);
      await reportTo(victim, `${victim}-moves-on`, 0);
      await eventuallyTrue(`${witness} agrees`, () => agrees(witness));

      const killed = processes.get(victim);
      assert.ok(killed !== undefined);
      killed.signal('SIGKILL');
      assert.equal((await killed.exited).signal, 'SIGKILL');
      await reportTo(witness, `${victim}-moves-on`, 1);
      for (const other of others) await reportTo(other, `${victim}-missed-at-${other}`, 0);

      const started = performance.now();
      processes.set(victim, await herd.serve(victim));
      const ready = performance.now();
      await eventuallyTrue(`${victim} agrees`, () => agrees(victim));
      const back = performance.now();
      t.diagnostic(`ready after ${ms(ready - started)}, has everything ${ms(back - ready)} later`);

      await reportTo(victim, `${victim}-after-the-restart`, 0);
      for (const server of DIAGRAM.servers) {
        await eventuallyTrue(`${server} agrees`, () => agrees(server));
      }
    });
  }
});

testKills(1);

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
