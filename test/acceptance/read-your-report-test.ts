import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { untilLink } from '../support/server-log.ts';

const LANES = 8;

/** Each link in both directions: whom to report to, and whom to ask upon the reply. */
const PAIRS = (DIAGRAM.links ?? []).flatMap(([a, b]) => [
  [a, b],
  [b, a],
]);

/** Defines the test that a neighbour asked upon the reply knows the report, so often over each of 8 lanes. */
export function testReadYourReport(timesALane: number): void {
  const times = LANES * timesALane;
  test(`a neighbour asked upon the reply knows the report, ${times} times of ${times}`, async (t) => {
    await using herd = await TestHerd.make(DIAGRAM);
    await herd.serveAll();
    for (const [server = '', neighbour = ''] of PAIRS) {
      await untilLink(herd, server, neighbour, 'link-up');
    }
    const started = performance.now();
    const lanes = await Promise.all(
      Array.from({ length: LANES }, (_, lane) => runLane(herd, lane, timesALane)),
    );
    t.diagnostic(`${times} times in ${Math.round(performance.now() - started)} ms`);
    assert.deepEqual(lanes.flat(), []);
  });
}

/** Reports and asks, one after the other; returns the misses. */
async function runLane(herd: TestHerd, lane: number, times: number): Promise<unknown[]> {
  const connections = new Map<string, TestClient>();
  const misses: unknown[] = [];
  try {
    for (const name of DIAGRAM.servers) {
      connections.set(name, await TestClient.connect(herd.clients(name)));
    }
    const client = `lane-${lane}`;
    for (let time = 0; time < times; time++) {
      const [server = '', neighbour = ''] = PAIRS[(lane + time) % PAIRS.length] ?? [];
      const [reporter, asked] = [connections.get(server), connections.get(neighbour)];
      assert.ok(reporter !== undefined && asked !== undefined);
      const at = await reporter.ask(`IAMAT ${client} ${OPEN_SEA} ${moment(time)}`);
      const found = await locateOn(asked, client);
      if (found !== at) misses.push({ lane, time, server, neighbour, at, found });
    }
  } finally {
    for (const connection of connections.values()) await connection[Symbol.asyncDispose]();
  }
  return misses;
}
