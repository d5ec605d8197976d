import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, moment, OPEN_SEA, report } from '../support/commands.ts';
import { eventually } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { testSteadyHerd } from './flooding-test.ts';

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

testSteadyHerd('never');
