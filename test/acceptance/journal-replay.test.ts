import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA, report, say } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import { readLog, untilLink, untilLogged } from '../support/server-log.ts';

const CLIENTS = 100_000;

test(`a server answers while it reads ${CLIENTS} clients from its journal`, async (t) => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    acknowledge: 'journaled',
  });
  const riley = await herd.serve('Riley');
  for (let first = 0; first < CLIENTS; first += 10_000) {
    const commands = Array.from(
      { length: 10_000 },
      (_, n) => `IAMAT client-${first + n} ${OPEN_SEA} ${moment(first + n)}\n`,
    );
    const replies = (await say(herd, 'Riley', commands.join(''))).split('\n').slice(0, -1);
    assert.equal(replies.filter((reply) => reply.startsWith('AT Riley ')).length, 10_000);
  }
  await riley.stop();
  await herd.serve('Jaquez');

  await herd.serve('Riley');
  // The last client stands at the end of the log: it is not there yet when this is asked.
  await using client = await TestClient.connect(herd.clients('Riley'));
  const last = `client-${CLIENTS - 1}`;
  const [found, unknown, reported] = await Promise.all([
    locateOn(client, last),
    say(herd, 'Riley', 'WHATSAT nobody 1 1\n'),
    report(herd, 'Riley', 'newcomer', moment(1)),
  ]);
  assert.match(String(found), new RegExp(`^AT Riley \\S+ ${last} `));
  assert.equal(unknown, '? WHATSAT nobody 1 1\n');
  assert.match(reported, /^AT Riley \S+ newcomer /);
  assert.equal(await locateOn(client, 'newcomer'), reported);
  const [replayed] = await untilLogged(herd, 'Riley', {
    event: 'journal-replayed',
    clients: CLIENTS + 1,
  });
  t.diagnostic(`replayed in ${String(replayed?.['milliseconds'])} ms`);
  for (const n of [0, 1, 49_999, CLIENTS - 2]) {
    const at = await locateOn(client, `client-${n}`);
    assert.ok(at?.endsWith(` client-${n} ${OPEN_SEA} ${moment(n)}`), at);
  }
  // It listens before it reads, and links when all is read; what becomes of the link then is of no matter here.
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  const events = (await readLog(herd.logFile('Riley'))).map(({ event }) => event);
  const order = ['start', 'journal-replaying', 'journal-replayed', 'link-up'];
  const lastLife = events.slice(events.lastIndexOf('start'));
  assert.deepEqual(lastLife.filter((event) => order.includes(event)).slice(0, order.length), order);
});
