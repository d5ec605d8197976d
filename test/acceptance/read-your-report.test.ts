import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { untilLink } from '../support/server-log.ts';

const LANES = 8;
const TIMES_A_LANE = 1250;
const ROUNDS = 20;
const REPORTS_A_ROUND = 100;

/** Each link in both directions: whom to report to, and whom to ask upon the reply. */
const PAIRS = (DIAGRAM.links ?? []).flatMap(([a, b]) => [
  [a, b],
  [b, a],
]);

test('a neighbour asked upon the reply knows the report, 10,000 times of 10,000', async (t) => {
  await using herd = await TestHerd.make(DIAGRAM);
  await herd.serveAll();
  for (const [server = '', neighbour = ''] of PAIRS) {
    await untilLink(herd, server, neighbour, 'link-up');
  }
  const started = performance.now();
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(herd, lane)));
  t.diagnostic(`${LANES * TIMES_A_LANE} times in ${Math.round(performance.now() - started)} ms`);
  assert.deepEqual(lanes.flat(), []);
});

test('a neighbour that stood still knows the last of many reports', async (t) => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  await herd.serve('Riley');
  const jaquez = await herd.serve('Jaquez');
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  await untilLink(herd, 'Jaquez', 'Riley', 'link-up');
  await using told = await TestClient.connect(herd.clients('Riley'));
  await using asked = await TestClient.connect(herd.clients('Jaquez'));
  await asked.ask('hello');
  t.after(() => jaquez.signal('SIGCONT'));
  for (let round = 0; round < ROUNDS; round++) {
    jaquez.signal('SIGSTOP');
    let at = '';
    for (let n = 0; n < REPORTS_A_ROUND; n++) {
      at = await told.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(round * REPORTS_A_ROUND + n)}`);
    }
    // Of so many small pieces the system sends some, and keeps the others until those were read.
    const found = locateOn(asked, 'kiwi');
    jaquez.signal('SIGCONT');
    assert.equal(await found, at, `round ${round}`);
  }
});

/** Reports and asks, one after the other; returns the misses. */
async function runLane(herd: TestHerd, lane: number): Promise<unknown[]> {
  const connections = new Map<string, TestClient>();
  const misses: unknown[] = [];
  try {
    for (const name of DIAGRAM.servers) {
      connections.set(name, await TestClient.connect(herd.clients(name)));
    }
    const client = `lane-${lane}`;
    for (let time = 0; time < TIMES_A_LANE; time++) {
      const [server = '', neighbour = ''] = PAIRS[(lane + time) % PAIRS.length] ?? [];
      const [told, asked] = [connections.get(server), connections.get(neighbour)];
      assert.ok(told !== undefined && asked !== undefined);
      const at = await told.ask(`IAMAT ${client} ${OPEN_SEA} ${moment(time)}`);
      const found = await locateOn(asked, client);
      if (found !== at) misses.push({ lane, time, server, neighbour, at, found });
    }
  } finally {
    for (const connection of connections.values()) await connection[Symbol.asyncDispose]();
  }
  return misses;
}
