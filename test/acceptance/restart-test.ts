import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { clientIds, locateMany, pipeline, reportsOf } from '../support/pipeline.ts';
import { IS_ON_NATS } from '../support/replication.ts';
import { readLog, untilLink } from '../support/server-log.ts';

const BURST = 5000;
/** So many kills may meet two links with something unread: it is rare on a machine that is not busy. */
const MAX_RESETS = 5;
const VICTIM = 'Riley';
const NEIGHBOURS = ['Jaquez', 'Juzang'];
/** With which a reply promises that the report outlives the server. */
const ACKNOWLEDGE = IS_ON_NATS ? 'replicated' : 'received';

/** Defines the test that a kill upon the last of many pipelined replies loses nothing, so many times. */
export function testKills(times: number): void {
  test(`kill -9 upon the last of ${BURST} pipelined replies, ${times} times of ${times}: nothing is lost`, async () => {
    await using herd = await TestHerd.make({ ...DIAGRAM, data: 'none', acknowledge: ACKNOWLEDGE });
    const processes = await herd.serveAll();
    let [time, resets] = [0, 0];
    while (time < times) {
      for (const name of NEIGHBOURS) await untilLink(herd, VICTIM, name, 'link-up');
      const victim = processes.get(VICTIM);
      assert.ok(victim);
      const clients = clientIds(`time-${time}-${resets}`, BURST);
      await using client = await TestClient.connect(herd.clients(VICTIM));
      await pipeline(client, reportsOf(clients, time), BURST, () => victim.signal('SIGKILL'));
      assert.equal((await victim.exited).signal, 'SIGKILL');
      // What the system had taken over is delivered before the end of the connection, unless that is reset.
      for (const name of NEIGHBOURS) await untilLink(herd, name, VICTIM, 'link-down');
      // What NATS has stored comes a little later.
      const hasAll = async (): Promise<boolean> => (await missing(herd, clients)).length === 0;
      if (IS_ON_NATS) await eventuallyTrue('the others have all', hasAll);
      const lost = await missing(herd, clients);
      processes.set(VICTIM, await herd.serve(VICTIM));
      const isExcused = lost.length > 0 && resets < MAX_RESETS && (await wereReset(herd));
      if (isExcused) {
        resets += 1;
      } else {
        assert.deepEqual(lost, [], `time ${time}`);
        time += 1;
      }
    }
  });
}

/**
 * Whether the system of the killed server reset its last link with each neighbour, since something of the neighbour's was
 * unread: it drops what the neighbour has not taken by then.
 */
async function wereReset(herd: TestHerd): Promise<boolean> {
  const ends = NEIGHBOURS.map(async (name) => {
    const events = await readLog(herd.logFile(name));
    return events.findLast((each) => each.event === 'link-down' && each['neighbour'] === VICTIM);
  });
  return (await Promise.all(ends)).every((end) => String(end?.['detail']).includes('ECONNRESET'));
}

/** The clients of which no neighbour knows. */
async function missing(herd: TestHerd, clients: readonly string[]): Promise<string[]> {
  let unknown = [...clients];
  for (const name of NEIGHBOURS) {
    if (unknown.length === 0) break;
    const found = await locateMany(herd, name, unknown);
    unknown = unknown.filter((id) => !found.has(id));
  }
  return unknown;
}

/** Defines the test that a server which was killed gets back what it had and missed, for each of these. */
export function testRestarts(victims: readonly string[]): void {
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

    for (const victim of victims) {
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
        t.diagnostic(
          `ready after ${ms(ready - started)}, has everything ${ms(back - ready)} later`,
        );

        await reportTo(victim, `${victim}-after-the-restart`, 0);
        for (const server of DIAGRAM.servers) {
          await eventuallyTrue(`${server} agrees`, () => agrees(server));
        }
      });
    }
  });
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
