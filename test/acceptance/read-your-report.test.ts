import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { clientIds, pipeline, reportsOf } from '../support/pipeline.ts';
import { untilLink } from '../support/server-log.ts';
import { testReadYourReport } from './read-your-report-test.ts';

const ROUNDS = 20;
const REPORTS_A_ROUND = 100;
/** So many reports come in one piece, and are worked through in one tick. */
const BURST = 1000;

testReadYourReport(125);

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
  for (let round = 0; round < ROUNDS; round++) {
    jaquez.signal('SIGSTOP');
    let at = '';
    for (let n = 0; n < REPORTS_A_ROUND; n++) {
      at = await reporter.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(round * REPORTS_A_ROUND + n)}`);
    }
    // Of so many small pieces the system sends some, and keeps the others until those were read.
    const found = locateOn(asked, 'kiwi');
    jaquez.signal('SIGCONT');
    assert.equal(await found, at, `round ${round}`);
  }
});

test('a neighbour asked upon the last of 1,000 pipelined replies knows the last report, 20 times', async () => {
  await using herd = await TestHerd.make(DIAGRAM);
  await herd.serveAll();
  for (const [a, b] of DIAGRAM.links ?? []) {
    await untilLink(herd, a, b, 'link-up');
    await untilLink(herd, b, a, 'link-up');
  }
  await using asked = await TestClient.connect(herd.clients('Jaquez'));
  const misses: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
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
