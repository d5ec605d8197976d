import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Bench, keptIn, recordsIn } from './journal-bench.test.ts';

function namesIn(bench: Bench): string[] {
  return [...bench.storage.files.keys()].sort();
}

describe('a snapshot', () => {
  test('is taken when the logs have grown by the slack, and takes the place of what was before', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 1000 } });
    bench.vector = [{ name: 'B', epoch: 1, sequence: 3 }];
    bench.contacts = [{ name: 'B', seconds: 5 }];
    let reports = 0;
    while (bench.events.length === 0) {
      await bench.report(`client-${reports % 3}`, (reports += 1));
      await bench.pass(10);
      assert.ok(reports < 100, 'none was taken');
    }
    assert.ok(reports > 5, `taken after ${reports} reports`);
    assert.deepEqual(bench.events, ['compacted']);
    const names = namesIn(bench);
    assert.match(names.join(' '), /^00000002-\d+\.log 00000002\.snapshot$/);
    const snapshot = bench.storage.files.get('00000002.snapshot') ?? Buffer.alloc(0);
    assert.equal(recordsIn(snapshot).length, 3);
    const next = await Bench.start({ storage: bench.storage, epoch: 'e2' });
    assert.deepEqual(next.kept, bench.kept);
    assert.deepEqual(next.replayed?.vector, bench.vector);
    assert.deepEqual(next.replayed.contacts, bench.contacts);
  });

  test('is renamed only when all is on disk that changed while it was written', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 0, snapshotChanges: 1 } });
    for (const client of ['a', 'b', 'c', 'd']) bench.apply(client, 1);
    bench.storage.holds = true;
    await bench.tick();
    await bench.storage.finish(); // the log
    await bench.pass(0); // begins another log, and then the snapshot
    const isSyncing = (which: RegExp): boolean =>
      bench.storage.syncing.some((name) => which.test(name));
    for (let step = 0; !isSyncing(/snapshot/); step++) {
      assert.ok(step < 10);
      await bench.storage.finish();
      await bench.pass(0);
    }
    // d changes before the snapshot comes to it: it is in the log alone.
    await bench.report('d', 2);
    while (isSyncing(/snapshot/)) {
      await bench.storage.finish(/snapshot/);
      await bench.pass(0);
    }
    assert.ok(!namesIn(bench).includes('00000002.snapshot'));
    assert.deepEqual((await keptIn(bench.storage)).slice(0, 3), ['a@1', 'b@1', 'c@1']);
    while (bench.storage.syncing.length > 0) {
      await bench.storage.finish();
      await bench.pass(0);
    }
    assert.ok(namesIn(bench).includes('00000002.snapshot'));
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1', 'd@2']);
  });

  test('removes nothing before it is safe itself', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 0 } });
    await bench.report('a', 1);
    await bench.pass(10);
    const { done } = bench.storage;
    const order = ['rename 00000002.snapshot.part 00000002.snapshot', 'sync names'];
    const at = done.indexOf(order[0] ?? '');
    assert.deepEqual(done.slice(at, at + 2), order);
    assert.match(done[at - 1] ?? '', /^(sync|write) /);
    assert.match(done[at + 2] ?? '', /^remove 00000001-\d+\.log$/);
  });

  test('that fails is reported and leaves the logs; another one is taken a minute later', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 0 } });
    bench.storage.failing = /write .*snapshot/;
    await bench.report('a', 1);
    await bench.pass(10);
    assert.match(bench.events.join(), /^not compacted: cannot write 00000002\.snapshot\.part$/);
    assert.deepEqual(await keptIn(bench.storage), ['a@1']);
    assert.equal(namesIn(bench).length, 2);
    bench.storage.failing = undefined;
    await bench.pass(59_000);
    await bench.report('b', 1);
    await bench.pass(10);
    assert.equal(bench.events.length, 1);
    await bench.pass(1000);
    await bench.report('c', 1);
    await bench.pass(10);
    assert.equal(bench.events.at(-1), 'compacted');
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1']);
  });

  test('is given up where the log cannot be written, so that its room is free', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 0, snapshotChanges: 1 } });
    for (const client of ['a', 'b', 'c']) bench.apply(client, 1);
    bench.storage.holds = true;
    await bench.tick();
    for (let step = 0; bench.storage.syncing[0]?.includes('snapshot') !== true; step++) {
      assert.ok(step < 10);
      await bench.storage.finish();
      await bench.pass(10);
    }
    await bench.report('d', 1);
    assert.equal(bench.storage.syncing.length, 2);
    await bench.storage.fail('disk full', /log/);
    await bench.storage.finish(/snapshot/);
    bench.storage.holds = false;
    await bench.pass(10);
    assert.deepEqual(
      namesIn(bench).filter((name) => name.includes('snapshot')),
      [],
    );
    assert.deepEqual(bench.events, ['failed: disk full']);
    await bench.pass(1000);
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1', 'd@1']);
  });

  test('is taken when there are many logs, since a server started often', async () => {
    const { storage } = await Bench.start();
    for (let life = 0; life < 20; life++) {
      const bench = await Bench.start({ storage, epoch: `e${life + 2}`, limits: { logs: 4 } });
      await bench.pass(10);
      await bench.journal.close();
      assert.ok(storage.files.size <= 7, `${storage.files.size} files`);
    }
  });

  test('is not taken while the logs are being read', async () => {
    const { storage, journal } = await Bench.start();
    await journal.close();
    const bench = await Bench.open({ storage, epoch: 'e2', limits: { slackBytes: 0 } });
    await bench.report('a', 1);
    await bench.pass(10);
    assert.deepEqual(bench.events, []);
    await bench.replay();
    await bench.pass(10);
    assert.deepEqual(bench.events, ['compacted']);
  });

  test('ends with the journal, and leaves nothing half done', async () => {
    const bench = await Bench.start({ limits: { slackBytes: 0, snapshotChanges: 1 } });
    for (const client of ['a', 'b', 'c']) bench.apply(client, 1);
    await bench.tick();
    await bench.tick();
    await bench.journal.close();
    assert.deepEqual(
      namesIn(bench).filter((name) => name.endsWith('.part')),
      [],
    );
    assert.deepEqual(await keptIn(bench.storage), ['a@1', 'b@1', 'c@1']);
  });
});

describe('what was forgotten', () => {
  test('leaves the disk at once, and then once an hour at most', async () => {
    const bench = await Bench.start();
    for (const time of [1, 2, 3, 4]) await bench.report(`client-${time}`, time);
    await bench.pass(0);
    const forget = async (before: number): Promise<void> => {
      bench.store.forgetBefore({ seconds: before, nanoseconds: 0 });
      bench.journal.forget();
      await bench.pass(10);
    };
    const onDisk = (): string[] => [...bench.storage.files.values()].flatMap(recordsIn).toSorted();
    await forget(2);
    assert.deepEqual(onDisk(), ['client-2@2', 'client-3@3', 'client-4@4']);
    await forget(3);
    await bench.pass(3_599_000);
    assert.equal(onDisk().length, 3);
    await bench.pass(1000);
    await bench.pass(10);
    assert.deepEqual(onDisk(), ['client-3@3', 'client-4@4']);
  });
});
