import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, locateOn, moment, OPEN_SEA, report } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { TestClient } from '../support/client.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';

/** IDs are bytes: these are UTF-8, bytes that are no UTF-8, and what else may stand in one. */
const IDS = ['kiwi.cs.ucla.edu', Buffer.from('Zoë-🥝').toString('latin1'), '\x01\x80\xfe\xff"\\'];

test('a report at any server reaches every other, byte for byte', async () => {
  await using herd = await TestHerd.make(DIAGRAM);
  await herd.serveAll();
  for (const origin of DIAGRAM.servers) {
    for (const id of IDS) {
      const client = `${origin}-${id}`;
      const at = await report(herd, origin, client, moment(0));
      const [name, server, skew, ...fields] = at.split(' ');
      assert.deepEqual([name, server, ...fields], ['AT', origin, client, OPEN_SEA, moment(0)]);
      assert.match(skew ?? '', /^\+\d+\.\d{9}$/);
      for (const other of DIAGRAM.servers) {
        const what = `${other} gets what ${origin} received`;
        assert.equal(await eventually(what, () => locate(herd, other, client)), at);
      }
    }
  }
});

test('the newest report wins everywhere, wherever and whenever the others come in', async () => {
  await using herd = await TestHerd.make(DIAGRAM);
  await herd.serveAll();
  const [first = ''] = DIAGRAM.servers;
  const newest = await report(herd, first, 'kiwi', moment(1000));
  for (const [index, server] of DIAGRAM.servers.entries()) {
    const late = await report(herd, server, 'kiwi', moment(index));
    assert.ok(late.startsWith(`AT ${server} `) && late.endsWith(` ${moment(index)}`), late);
    const after = await report(herd, server, `after-${server}`, moment(0));
    for (const other of DIAGRAM.servers) {
      // Links keep the order: a server that has the later report has what came before it.
      assert.equal(
        await eventually('the later', () => locate(herd, other, `after-${server}`)),
        after,
      );
      const line = await eventually('the newest', () => locate(herd, other, 'kiwi'));
      assert.equal(line, newest);
    }
  }
});

/** With five servers a record has to cross four links; some of the first ones cross more. */
const MOST_A_REPORT = 4.4;
const REPORTS_A_WINDOW = 100;
/** A busy machine lets a source fall behind, which costs some more: then the next window counts. */
const MOST_WINDOWS = 40;

for (const forget of ['never', '2s']) {
  test(`in a steady herd a report crosses four links, forget: ${forget}`, async (t) => {
    const { servers, links = [] } = DIAGRAM;
    const settings = { logs: 'none', data: 'none', forget };
    await using herd = await RelayedHerd.make({ servers, links, settings });
    await herd.serveAll();
    await eventuallyTrue('the herd is whole', () => herd.isWhole);
    await using reporting = await TestClient.connect(herd.clients('Riley'));
    await using asking = await TestClient.connect(herd.clients('Bernard'));
    const records = (): number => herd.links.reduce((sum, link) => sum + link.records, 0);
    const figures: number[] = [];
    const started = performance.now();
    while (figures.length < MOST_WINDOWS) {
      const before = records();
      for (let n = 0; n < REPORTS_A_WINDOW; n++) {
        const now = (Date.now() / 1000).toFixed(3);
        const at = await reporting.ask(`IAMAT client-${n % 10} ${OPEN_SEA} ${now}`);
        await eventuallyTrue('Bernard has it', async () => {
          return (await locateOn(asking, `client-${n % 10}`)) === at;
        });
      }
      figures.push((records() - before) / REPORTS_A_WINDOW);
      // Where locations are forgotten, some have to have been.
      const isLongEnough = forget === 'never' || performance.now() - started > 5000;
      if (isLongEnough && (figures.at(-1) ?? Infinity) <= MOST_A_REPORT) break;
    }
    t.diagnostic(`records on the links a report: ${figures.join(', ')}`);
    assert.ok((figures.at(-1) ?? Infinity) <= MOST_A_REPORT, figures.join(', '));
  });
}
