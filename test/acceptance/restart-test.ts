import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { clientIds, locateMany, pipeline, reportsOf } from '../support/pipeline.ts';
import { untilLink } from '../support/server-log.ts';

const BURST = 5000;
const VICTIM = 'Riley';
const NEIGHBOURS = ['Jaquez', 'Juzang'];

/** Defines the test that a kill upon the last of many pipelined replies loses nothing, so many times. */
export function testKills(times: number): void {
  test(`kill -9 upon the last of ${BURST} pipelined replies, ${times} times of ${times}: nothing is lost`, async () => {
    await using herd = await TestHerd.make({ ...DIAGRAM, data: 'none' });
    const processes = await herd.serveAll();
    for (let time = 0; time < times; time++) {
      for (const name of NEIGHBOURS) await untilLink(herd, VICTIM, name, 'link-up');
      const victim = processes.get(VICTIM);
      assert.ok(victim);
      const clients = clientIds(`time-${time}`, BURST);
      await using client = await TestClient.connect(herd.clients(VICTIM));
      await pipeline(client, reportsOf(clients, time), BURST, () => victim.signal('SIGKILL'));
      assert.equal((await victim.exited).signal, 'SIGKILL');
      // What the system had taken over is delivered before the end of the connection.
      for (const name of NEIGHBOURS) await untilLink(herd, name, VICTIM, 'link-down');
      assert.deepEqual(await missing(herd, clients), [], `time ${time}`);
      processes.set(VICTIM, await herd.serve(VICTIM));
    }
  });
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
