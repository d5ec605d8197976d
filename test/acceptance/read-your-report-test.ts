import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { clientIds, pipeline, reportsOf } from '../support/pipeline.ts';
import { untilLink, untilLogged } from '../support/server-log.ts';

const LANES = 8;
const REPORTS_A_ROUND = 100;
/** So many reports come in one piece, and are worked through in one tick. */
const BURST = 1000;
const MOST_DROPS = 10;

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

/** Defines the test that a neighbour which stood still knows the last of what it missed, so many times. */
export function testStandingStill(rounds: number): void {
  test('a neighbour that stood still knows the last of many reports', async (t) => {
    await using herd = await TestHerd.make({
      servers: ['Riley', 'Jaquez'],
      links: [['Riley', 'Jaquez']],
    });
    await herd.serve('Riley');
    const jaquez = await herd.serve('Jaquez');
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    await untilLink(herd, 'Jaquez', 'Riley', 'link-up');
    await using reporter = await TestClient.connect(herd.clients('Riley'));
    await using asked = await TestClient.connect(herd.clients('Jaquez'));
    await asked.ask('hello');
    t.after(() => jaquez.signal('SIGCONT'));
    let drops = 0;
    for (let round = 0; round < rounds + drops; round++) {
      jaquez.signal('SIGSTOP');
      let at = '';
      for (let n = 0; n < REPORTS_A_ROUND; n++) {
        at = await reporter.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(round * REPORTS_A_ROUND + n)}`);
      }
      // Of so many small pieces the system sends some, and keeps the others until those were read.
      const found = locateOn(asked, 'kiwi');
      jaquez.signal('SIGCONT');
      if ((await found) === at) continue;
      // On a busy machine it may have stood still for so long that it counted as gone: that was no round.
      drops += 1;
      assert.ok(drops <= MOST_DROPS, `the machine was too busy, ${drops} times`);
      await untilLogged(herd, 'Riley', { event: 'link-down', code: 'silent' }, drops);
      t.diagnostic('a round more, since the link was dropped');
      await eventuallyTrue('Jaquez has caught up', async () => {
        return (await locateOn(asked, 'kiwi')) === at;
      });
    }
  });
}

/** Defines the test that a neighbour asked upon the last reply of a burst knows its report, so many times. */
export function testBursts(rounds: number): void {
  test(`a neighbour asked upon the last of ${BURST} pipelined replies knows the last report, ${rounds} times`, async () => {
    await using herd = await TestHerd.make(DIAGRAM);
    await herd.serveAll();
    for (const [a, b] of DIAGRAM.links ?? []) {
      await untilLink(herd, a, b, 'link-up');
      await untilLink(herd, b, a, 'link-up');
    }
    await using asked = await TestClient.connect(herd.clients('Jaquez'));
    const misses: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await using reporter = await TestClient.connect(herd.clients('Riley'));
      const clients = clientIds(`round-${round}`, BURST);
      const [last = ''] = clients.slice(-1);
      let found: Promise<string | undefined> | undefined;
      await pipeline(reporter, reportsOf(clients, round), BURST, () => {
        found = locateOn(asked, last);
      });
      if ((await found) === undefined) misses.push(round);
    }
    assert.deepEqual(misses, []);
  });
}
