import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Bench, rowsIn } from './journal-bench.test.ts';
import type { JournalBatch } from './journal.ts';

describe('a disk that holds much that has changed again', () => {
  const sizes = { rowsASegment: 4, slackRows: 4 };

  /** A journal of six clients of which the first two have changed ever again. */
  async function crowded(): Promise<Bench> {
    const bench = new Bench({ sizes });
    const clients = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const client of clients) bench.apply(client, 1);
    bench.turn();
    await bench.settle();
    for (let time = 2; time < 8; time++) {
      for (const client of ['a', 'b']) bench.apply(client, time);
      bench.turn();
      await bench.settle();
    }
    return bench;
  }

  test('is cleaned, a part with each write', async () => {
    const bench = await crowded();
    const { kept } = bench.disk;
    const rows: number[] = [];
    for (let time = 8; time < 40; time++) {
      bench.apply('a', time);
      bench.turn();
      assert.ok(rowsIn(bench.batch).length <= 1 + sizes.rowsASegment + 8);
      await bench.settle();
      rows.push(bench.disk.rows);
    }
    assert.ok(Math.max(...rows) <= 2 * 6 + sizes.slackRows + 4, `${Math.max(...rows)} rows`);
    assert.deepEqual(
      bench.disk.kept.slice(0, -1),
      kept.filter((row) => !row.includes(' a@')),
    );
  });

  test('is cleaned at the end of the feed alone, unless that stays away', async () => {
    const bench = await crowded();
    let most = 0;
    for (let time = 10; time < 60; time++) {
      // More changes than a write takes: the end is not reached.
      for (const client of ['a', 'b', 'c', 'd', 'e', 'f']) bench.apply(client, time);
      bench.turn();
      await bench.finish();
      most = Math.max(most, bench.disk.rows);
    }
    assert.ok(most > 2 * 6 + sizes.slackRows && most <= 4 * 6 + 3 * 6, `${most} rows`);
  });

  test('is not cleaned by a journal that is closed', async () => {
    const bench = await crowded();
    for (const client of ['a', 'b', 'c', 'd', 'e', 'f']) bench.apply(client, 50);
    const closed = bench.journal.close();
    await nextTurn();
    const batches: JournalBatch[] = [];
    for (; bench.writing !== undefined; await bench.finish()) batches.push(bench.batch);
    await closed;
    assert.deepEqual(
      batches.map((batch) => rowsIn(batch).length),
      [4, 2],
    );
  });
});

describe('what was forgotten', () => {
  const HOUR_MS = 3_600_000;

  /** A journal of two clients, of which the first was forgotten. */
  async function forgetful(): Promise<Bench> {
    const bench = new Bench();
    bench.apply('old', 1);
    bench.apply('new', 9);
    bench.turn();
    await bench.finish();
    bench.store.forgetBefore({ seconds: 5, nanoseconds: 0 });
    assert.deepEqual([...bench.store.sweep(100)], [1]);
    bench.journal.forget();
    return bench;
  }

  test('leaves the disk, without that anything changes', async () => {
    const bench = await forgetful();
    bench.pass(0);
    assert.deepEqual(bench.writing, ['2 new@9']);
    await bench.settle();
    assert.equal(bench.disk.rows, 1);
  });

  test('leaves it no sooner than an hour after what left it before', async () => {
    const bench = await forgetful();
    bench.pass(0);
    await bench.settle();
    bench.report('newer', 19);
    await bench.settle();
    bench.store.forgetBefore({ seconds: 15, nanoseconds: 0 });
    bench.journal.forget();
    bench.journal.forget();
    bench.pass(HOUR_MS - 1);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.deepEqual(bench.writing, ['3 newer@19']);
    await bench.settle();
    assert.equal(bench.disk.rows, 1);
    bench.pass(HOUR_MS);
    assert.equal(bench.writing, undefined);
  });
});
