import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { LocationStore } from '../store/store.ts';
import { Bench, keptIn, recordOf, recordsIn, settle } from './journal-bench.test.ts';
import { logName } from './journal-file-name.ts';
import { JOURNAL_LIMITS } from './journal-limits.ts';
import { beginLog } from './log-file.ts';
import { MemoryStorage } from './memory-storage.test.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** A journal whose syncs wait for the test. */
async function startHeld(options: Parameters<typeof Bench.start>[0] = {}): Promise<Bench> {
  const bench = await Bench.start(options);
  bench.storage.holds = true;
  return bench;
}

/** The records in the file that is written, as they stand in it. */
function logged(bench: Bench): string[] {
  return recordsIn(
    bench.storage.files.get([...bench.storage.files.keys()].at(-1) ?? '') ?? Buffer.alloc(0),
  );
}

async function finish(bench: Bench): Promise<void> {
  await bench.storage.finish();
  await bench.pass(0);
}

async function fail(bench: Bench, why?: string): Promise<void> {
  await bench.storage.fail(why);
  await bench.pass(0);
}

describe('a write', () => {
  test('takes what changed while the one before was under way, in one frame', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    await bench.report('b', 1);
    await bench.report('c', 1);
    assert.deepEqual(logged(bench), ['a@1']);
    await finish(bench);
    assert.deepEqual(logged(bench), ['a@1', 'b@1', 'c@1']);
    assert.equal(bench.storage.syncing.length, 1);
    await finish(bench);
    assert.equal(bench.storage.syncing.length, 0);
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1']);
  });

  test('comes no sooner than the interval after the one before', async () => {
    const bench = await startHeld({ intervalMs: 100 });
    await bench.report('a', 1);
    await finish(bench);
    await bench.report('b', 1);
    await bench.pass(99);
    assert.equal(bench.storage.syncing.length, 0);
    await bench.pass(1);
    assert.deepEqual(logged(bench), ['a@1', 'b@1']);
  });

  test('does not wait for the interval where a frame is full', async () => {
    const bench = await startHeld({ intervalMs: 100, limits: { frameBytes: 100 } });
    await bench.report('a', 1);
    await finish(bench);
    for (const client of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) bench.apply(client, 1);
    await bench.tick();
    assert.ok(logged(bench).length > 1);
    assert.equal(bench.storage.syncing.length, 1);
  });

  test('takes in so many changes a tick, and asks for the next tick', async () => {
    const bench = await startHeld({ intervalMs: 100, limits: { gatheredChanges: 2 } });
    await bench.report('first', 1);
    for (const client of ['a', 'b', 'c', 'd', 'e']) bench.apply(client, 1);
    await bench.pass(0);
    await finish(bench);
    await bench.pass(100);
    assert.deepEqual(logged(bench), ['first@1', 'a@1', 'b@1', 'c@1', 'd@1', 'e@1']);
  });
});

describe('what counts as written', () => {
  test('is what is safe, and not before', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    assert.equal(bench.journal.written, 0);
    await bench.report('b', 1);
    await finish(bench);
    assert.equal(bench.journal.written, 1);
    await finish(bench);
    assert.equal(bench.journal.written, 2);
  });

  test('is nothing of a frame that stops before the end of the feed', async () => {
    const bench = await startHeld({ limits: { frameBytes: 100 } });
    await bench.report('first', 1);
    for (const client of ['a', 'b', 'c', 'd', 'e', 'f']) bench.apply(client, 1);
    await bench.tick(); // the next frame is full, with the first of them
    bench.apply('d', 2);
    await finish(bench);
    assert.equal(bench.journal.written, 1);
    while (bench.storage.syncing.length > 0) {
      if (!logged(bench).includes('d@2')) assert.equal(bench.journal.written, 1);
      await finish(bench);
    }
    assert.equal(bench.journal.written, 8);
    assert.ok(logged(bench).includes('d@2'));
  });

  test('includes changes that were forgotten before they were written', async () => {
    const bench = await startHeld({ intervalMs: 100 });
    await bench.report('a', 1);
    await finish(bench);
    bench.apply('b', 1);
    bench.store.forgetBefore({ seconds: 2, nanoseconds: 0 });
    await bench.tick();
    await bench.pass(100);
    assert.equal(bench.storage.syncing.length, 0);
    assert.equal(bench.journal.written, 2);
  });
});

describe('a write that fails', () => {
  test('is made again after a second, as it was and in the same place', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    await fail(bench);
    await bench.report('b', 1);
    await bench.report('a', 2);
    await bench.pass(999);
    assert.equal(bench.storage.syncing.length, 0);
    await bench.pass(1);
    assert.deepEqual(logged(bench), ['a@1']);
    assert.equal(bench.journal.written, 0);
    await finish(bench);
    assert.equal(bench.journal.written, 1);
    await finish(bench);
    assert.deepEqual(logged(bench), ['a@1', 'b@1', 'a@2']);
    assert.deepEqual(await keptIn(bench.storage), ['b@1', 'a@2']);
  });

  test('is reported once, as is that it works again', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    await fail(bench, 'disk full');
    assert.equal(bench.journal.failing, true);
    await bench.pass(1000);
    assert.equal(bench.journal.failing, true);
    await fail(bench, 'disk full');
    await bench.pass(1000);
    assert.deepEqual(bench.events, ['failed: disk full']);
    await finish(bench);
    assert.equal(bench.journal.failing, false);
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered']);
    await bench.report('b', 1);
    await fail(bench, 'disk gone');
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered', 'failed: disk gone']);
  });

  test('is not hurried by a frame that is full', async () => {
    const bench = await startHeld({ intervalMs: 100, limits: { frameBytes: 100 } });
    await bench.report('a', 1);
    await fail(bench);
    for (const client of ['b', 'c', 'd', 'e', 'f']) bench.apply(client, 1);
    await bench.pass(999);
    assert.equal(bench.storage.syncing.length, 0);
  });
});

describe('the version vector', () => {
  const near = [{ name: 'B', epoch: 1, sequence: 5 }];
  const far = [
    { name: 'B', epoch: 1, sequence: 9 },
    { name: 'C', epoch: 1, sequence: 1 },
  ];

  async function readIn(storage: MemoryStorage) {
    const copy = new MemoryStorage();
    for (const [name, bytes] of storage.files) copy.files.set(name, bytes);
    return (await Bench.start({ storage: copy, epoch: 'next' })).replayed?.vector;
  }

  test('is written with the changes that it speaks of', async () => {
    const bench = await Bench.start();
    bench.vector = near;
    await bench.report('a', 1);
    await bench.pass(0);
    assert.deepEqual(await readIn(bench.storage), near);
    const last = [...bench.storage.files.values()].at(-1)?.toString().split('\n');
    assert.match(last?.at(-2) ?? '', /^VECTOR /);
  });

  test('is written alone where it alone has changed, and once', async () => {
    const bench = await startHeld();
    bench.vector = near;
    await bench.tick();
    await finish(bench);
    assert.deepEqual(await readIn(bench.storage), near);
    bench.vector = [...near];
    await bench.tick();
    assert.equal(bench.storage.syncing.length, 0);
    bench.vector = far;
    await bench.tick();
    await finish(bench);
    assert.deepEqual(await readIn(bench.storage), far);
  });

  test('stays behind in a frame that stops before the end of the feed', async () => {
    const bench = await startHeld({ limits: { frameBytes: 100 } });
    bench.vector = near;
    await bench.report('first', 1);
    for (const client of ['a', 'b', 'c', 'd', 'e', 'f']) bench.apply(client, 1);
    bench.vector = far;
    await bench.tick();
    await finish(bench);
    assert.ok(!logged(bench).includes('f@1'));
    assert.deepEqual(await readIn(bench.storage), near);
    while (bench.storage.syncing.length > 0) await finish(bench);
    assert.deepEqual(await readIn(bench.storage), far);
  });

  test('is not known, and so not written, until the replay is through', async () => {
    const first = await Bench.start();
    first.vector = near;
    await first.report('a', 1);
    await first.pass(0);
    const bench = await Bench.open({ storage: first.storage, epoch: 'e2' });
    await bench.report('b', 1);
    await bench.pass(0);
    assert.deepEqual(await readIn(bench.storage), near);
  });
});

test('writes count by how long they took, and by how long their oldest change had waited', async () => {
  const bench = await startHeld({ intervalMs: 100 });
  await bench.report('a', 1);
  await bench.pass(20);
  await finish(bench);
  await bench.report('b', 1);
  await bench.pass(100);
  assert.equal(bench.journal.status.pendingChanges, 1);
  await fail(bench);
  await bench.pass(1000);
  await bench.pass(30);
  await finish(bench);
  const { writes, delays, failures, pendingChanges, writtenBytes, sizeBytes } =
    bench.journal.status;
  assert.equal(writes.sumSeconds, 0.02 + 0.03);
  assert.equal(delays.sumSeconds, 0.02 + 1.13);
  assert.equal(
    delays.counts.reduce((sum, count) => sum + count),
    2,
  );
  assert.deepEqual([failures, pendingChanges], [1, 0]);
  assert.ok(writtenBytes > 0 && sizeBytes >= writtenBytes);
});

describe('a log that has come to its limit', () => {
  test('is followed by the next one, before a greater seq is written', async () => {
    const storage = new MemoryStorage();
    const store = new LocationStore();
    const owner = { herd: 'herd', server: 'A', epoch: 'e1' };
    const log = new WriteAheadLog(
      {
        store,
        storage,
        owner,
        vector: () => [],
        contacts: () => [],
        events: { onFailed: assert.fail, onRecovered: assert.fail, onMoved() {} },
        after: (_delayMs, action) => {
          setImmediate(action);
          return () => {};
        },
        wake() {},
        intervalMs: 0,
        now: () => 0,
        limits: JOURNAL_LIMITS,
      },
      await beginLog(storage, owner, { number: 1, head: 0, limit: 3 }),
      0,
    );
    for (const time of [1, 2, 3, 4, 5]) {
      store.apply(recordOf(`client-${time}`, time));
      log.flush();
      await settle();
      log.flush();
      await settle();
    }
    await log.close();
    const [first, second, ...others] = [...storage.files];
    assert.equal(first?.[0], logName(1, 3));
    assert.deepEqual(recordsIn(first[1]), ['client-1@1', 'client-2@2', 'client-3@3']);
    assert.match(second?.[0] ?? '', /^00000002-/);
    assert.deepEqual(recordsIn(second?.[1] ?? Buffer.alloc(0)), ['client-4@4', 'client-5@5']);
    assert.deepEqual(others, []);
    assert.equal((await keptIn(storage)).length, 5);
  });
});

describe('a journal that is closed', () => {
  test('writes all that has changed', async () => {
    const bench = await startHeld({ intervalMs: 100 });
    await bench.report('a', 1);
    await finish(bench);
    await bench.report('b', 1);
    const closed = bench.journal.close();
    await settle();
    assert.deepEqual(logged(bench), ['a@1', 'b@1']);
    bench.apply('c', 1);
    await finish(bench);
    await finish(bench);
    await closed;
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1']);
  });

  test('waits for the write under way, and writes no more afterwards', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    const closed = bench.journal.close();
    await settle();
    await finish(bench);
    await closed;
    await bench.report('b', 1);
    bench.journal.forget();
    await bench.pass(10_000);
    assert.equal(bench.storage.syncing.length, 0);
    assert.deepEqual(logged(bench), ['a@1']);
  });

  test('makes a write that failed again, and then writes the rest', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    await fail(bench);
    await bench.report('b', 1);
    const closed = bench.journal.close();
    await settle();
    assert.deepEqual(logged(bench), ['a@1']);
    await finish(bench);
    await finish(bench);
    await closed;
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1']);
  });

  test('fails where the rest cannot be written', async () => {
    const bench = await startHeld();
    await bench.report('a', 1);
    await fail(bench);
    const closed = bench.journal.close();
    const rejected = assert.rejects(closed, /disk full/);
    await settle();
    await fail(bench, 'disk full');
    await rejected;
  });
});

describe('a journal whose folder is removed', () => {
  test('is reported, and begins anew with all that is known', async () => {
    const bench = await Bench.start();
    for (const client of ['a', 'b', 'c']) await bench.report(client, 1);
    await bench.pass(0);
    bench.storage.vanish();
    await bench.report('d', 1);
    await bench.pass(0);
    assert.equal(bench.journal.failing, true);
    assert.equal(bench.events.length, 1);
    await bench.report('e', 1);
    await bench.pass(1000);
    await bench.pass(1000);
    assert.equal(bench.events.at(-1), 'recovered');
    assert.equal(bench.journal.written, 5);
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1', 'd@1', 'e@1']);
  });
});
