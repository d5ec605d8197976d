import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import { untilLink } from '../support/server-log.ts';
import { testReadYourReport } from './read-your-report-test.ts';

const ROUNDS = 20;
const REPORTS_A_ROUND = 100;

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
