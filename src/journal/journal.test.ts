import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Bench, Disk } from './journal-bench.test.ts';

describe('a write', () => {
  test('takes what has changed by then, and what changes meanwhile goes out in the next', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.report('b', 1);
    bench.report('c', 1);
    assert.deepEqual(bench.writing, ['1 a@1']);
    await bench.finish();
    assert.deepEqual(bench.writing, ['1 a@1', '2 b@1', '3 c@1']);
    await bench.finish();
    assert.equal(bench.writing, undefined);
    assert.deepEqual(bench.disk.kept, ['1 a@1', '2 b@1', '3 c@1']);
  });

  test('has a client that changed twice meanwhile once, at its latest', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.report('b', 1);
    bench.report('c', 1);
    bench.report('b', 2);
    await bench.finish();
    assert.deepEqual(bench.writing, ['1 a@1', '3 c@1', '4 b@2']);
  });

  test('is none where nothing has changed', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.finish();
    bench.report('a', 1);
    bench.turn();
    assert.equal(bench.writing, undefined);
  });

  test('goes on after what the journal held', () => {
    const disk = new Disk();
    disk.state = { head: 2, read: {} };
    const bench = new Bench({ disk });
    bench.turn();
    assert.equal(bench.writing, undefined);
    assert.equal(bench.journal.written, 2);
    bench.report('a', 1);
    assert.deepEqual(bench.batch.state, { head: 3, read: {} });
  });

  test('takes in the segments before it that are no larger, without what has changed', async () => {
    const bench = new Bench();
    for (const client of ['a', 'b', 'c', 'd', 'e']) bench.apply(client, 1);
    bench.turn();
    await bench.finish();
    for (const client of ['a', 'f']) bench.apply(client, 2);
    bench.turn();
    assert.deepEqual(bench.writing, ['6 a@2', '7 f@2'], 'five are more than two');
    await bench.finish();
    for (const client of ['g', 'f', 'c']) bench.apply(client, 3);
    bench.turn();
    const all = ['2 b@1', '4 d@1', '5 e@1', '6 a@2', '8 g@3', '9 f@3', '10 c@3'];
    assert.deepEqual(bench.writing, all);
    await bench.finish();
    assert.equal(bench.disk.segments.size, 1);
    assert.deepEqual(bench.disk.kept, all);
  });
});

describe('how soon a write follows another', () => {
  test('is after the interval', async () => {
    const bench = new Bench({ intervalMs: 100 });
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    bench.pass(99);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.ok(bench.batch);
  });

  test('is four times as long after as the last one took', async () => {
    const bench = new Bench({ intervalMs: 100 });
    bench.report('a', 1);
    bench.pass(30);
    await bench.finish();
    bench.report('b', 1);
    bench.pass(119);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.ok(bench.batch);
  });

  test('is sooner than the interval where the end of the feed was not reached', async () => {
    const bench = new Bench({ intervalMs: 100, sizes: { rowsASegment: 2, slackRows: 100 } });
    for (const client of ['a', 'b', 'c']) bench.apply(client, 1);
    bench.turn();
    assert.deepEqual(bench.writing, ['1 a@1', '2 b@1']);
    bench.pass(5);
    await bench.finish();
    bench.pass(19);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.deepEqual(bench.writing, ['3 c@1']);
  });

  test('is at once where replies wait for it', async () => {
    const bench = new Bench({ intervalMs: 0 });
    bench.report('a', 1);
    bench.pass(30);
    bench.report('b', 1);
    await bench.finish();
    assert.deepEqual(bench.writing, ['1 a@1', '2 b@1']);
  });
});
describe('what counts as written', () => {
  test('is what is safe, and not before', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    assert.equal(bench.journal.written, 0);
    bench.report('b', 1);
    await bench.finish();
    assert.equal(bench.journal.written, 1);
    await bench.finish();
    assert.equal(bench.journal.written, 2);
  });

  test('is nothing of a write that stops before the end of the feed', async () => {
    const bench = new Bench({ sizes: { rowsASegment: 3, slackRows: 100 } });
    bench.report('first', 1);
    for (const client of ['a', 'b', 'c', 'd']) bench.apply(client, 1);
    bench.apply('a', 2);
    await bench.finish();
    assert.deepEqual(bench.writing, ['3 b@1', '4 c@1', '5 d@1']);
    await bench.finish();
    // Number 2 was a's, of which neither the first nor the second location is on disk.
    assert.equal(bench.journal.written, 1);
    await bench.finish();
    assert.equal(bench.journal.written, 6);
    assert.deepEqual(bench.disk.kept.at(-1), '6 a@2');
  });

  test('is all of a write that is full and reaches the end of the feed', async () => {
    const bench = new Bench({ sizes: { rowsASegment: 2, slackRows: 100 } });
    for (const client of ['a', 'b']) bench.apply(client, 1);
    bench.turn();
    await bench.finish();
    assert.equal(bench.journal.written, 2);
  });

  test('stays on disk until the end of the feed is', async () => {
    const bench = new Bench({ sizes: { rowsASegment: 2, slackRows: 100 } });
    bench.report('a', 1);
    await bench.finish();
    for (const client of ['b', 'c', 'a']) bench.apply(client, 2);
    bench.turn();
    await bench.finish();
    assert.deepEqual(bench.disk.kept, ['1 a@1', '2 b@2', '3 c@2']);
    await bench.finish();
    assert.deepEqual(bench.disk.kept, ['2 b@2', '3 c@2', '4 a@2']);
  });

  test('includes changes that were forgotten before they were written', async () => {
    const bench = new Bench({ intervalMs: 100 });
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    bench.store.forgetBefore({ seconds: 2, nanoseconds: 0 });
    bench.pass(100);
    assert.deepEqual(bench.writing, []);
    await bench.finish();
    assert.equal(bench.journal.written, 2);
  });
});

describe('a write that fails', () => {
  for (const isKept of [false, true]) {
    test(`is made again after a second as it was, ${isKept ? 'kept or' : 'if'} not`, async () => {
      const bench = new Bench();
      bench.report('a', 1);
      const { batch } = bench;
      await bench.fail('disk full', isKept);
      bench.report('b', 1);
      bench.report('a', 2);
      bench.pass(999);
      assert.equal(bench.writing, undefined);
      bench.pass(1);
      assert.equal(bench.batch, batch);
      assert.equal(bench.journal.written, 0);
      await bench.finish();
      assert.equal(bench.journal.written, 1);
      assert.deepEqual(bench.writing, ['2 b@1', '3 a@2']);
      await bench.finish();
      assert.deepEqual(bench.disk.kept, ['2 b@1', '3 a@2']);
    });
  }

  test('is told once, as is that it works again', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail('disk full');
    assert.equal(bench.journal.failing, true);
    bench.pass(1000);
    assert.equal(bench.journal.failing, true);
    await bench.fail('disk full');
    bench.pass(1000);
    assert.deepEqual(bench.events, ['failed: disk full']);
    await bench.finish();
    assert.equal(bench.journal.failing, false);
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered']);
    bench.report('b', 1);
    await bench.fail('disk gone');
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered', 'failed: disk gone']);
  });

  test('is made again four times as long after as it took to fail', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.pass(500);
    await bench.fail();
    bench.pass(1999);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.deepEqual(bench.writing, ['1 a@1']);
  });
});

describe("neighbours' positions", () => {
  const [near, far] = [
    { B: { epoch: 'B-1', number: 5 } },
    { B: { epoch: 'B-1', number: 9 }, C: { epoch: 'C-1', number: 1 } },
  ];

  test('are written with the changes that they stand for', () => {
    const bench = new Bench();
    bench.positions = near;
    bench.report('a', 1);
    assert.deepEqual(bench.batch.state, { head: 1, read: near });
  });

  test('are written alone where they alone have moved', async () => {
    const disk = new Disk();
    disk.state = { head: 0, read: near };
    const bench = new Bench({ disk });
    bench.positions = { ...near };
    bench.turn();
    assert.equal(bench.writing, undefined);
    bench.positions = far;
    bench.turn();
    assert.deepEqual(bench.batch, { ...bench.batch, removed: [], segments: [] });
    assert.deepEqual(bench.batch.state.read, far);
    await bench.finish();
    assert.equal(bench.writing, undefined);
  });

  test('stay behind in a write that stops before the end of the feed', async () => {
    const bench = new Bench({ sizes: { rowsASegment: 2, slackRows: 100 } });
    bench.positions = near;
    bench.report('first', 1);
    for (const client of ['a', 'b', 'c']) bench.apply(client, 1);
    bench.positions = far;
    await bench.finish();
    assert.deepEqual(bench.writing, ['2 a@1', '3 b@1']);
    assert.deepEqual(bench.batch.state, { head: 3, read: near });
    await bench.finish();
    assert.deepEqual(bench.batch.state, { head: 4, read: far });
  });
});

describe('a journal that is closed', () => {
  test('writes all that has changed', async () => {
    const bench = new Bench({ intervalMs: 100 });
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    const closed = bench.journal.close();
    await nextTurn();
    assert.deepEqual(bench.writing, ['1 a@1', '2 b@1']);
    bench.apply('c', 1);
    await bench.finish();
    assert.deepEqual(bench.writing, ['3 c@1']);
    await bench.finish();
    await closed;
    assert.deepEqual(bench.disk.kept, ['1 a@1', '2 b@1', '3 c@1']);
  });

  test('waits for the write under way, and writes no more afterwards', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    const closed = bench.journal.close();
    await nextTurn();
    assert.deepEqual(bench.writing, ['1 a@1']);
    await bench.finish();
    await closed;
    bench.report('b', 1);
    bench.journal.forget();
    bench.pass(10_000);
    assert.equal(bench.writing, undefined);
  });

  test('makes a write that failed again, and then writes the rest', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail();
    bench.report('b', 1);
    const closed = bench.journal.close();
    await nextTurn();
    assert.deepEqual(bench.writing, ['1 a@1']);
    await bench.settle();
    await closed;
    assert.deepEqual(bench.disk.kept, ['1 a@1', '2 b@1']);
  });

  test('fails where the rest cannot be written', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail();
    const closed = bench.journal.close();
    await nextTurn();
    const rejected = assert.rejects(closed, /disk full/);
    await bench.fail('disk full');
    await rejected;
  });
});
