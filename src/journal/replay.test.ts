import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Bench, recordIn, recordOf, recordsIn, settle } from './journal-bench.test.ts';
import { parseFileName } from './journal-file-name.ts';
import { MemoryStorage } from './memory-storage.test.ts';

const vector = [{ name: 'B', epoch: 1, sequence: 5 }];

/** A life of a server in which clients report, each in a write of its own. */
async function live(storage: MemoryStorage, epoch: string, reports: readonly string[]) {
  const bench = await Bench.start({ storage, epoch });
  for (const report of reports) {
    const [client = '', time] = report.split('@');
    await bench.report(client, Number(time));
    await bench.pass(0);
  }
  return bench;
}

function logsOf(storage: MemoryStorage): string[] {
  return [...storage.files.keys()].filter((name) => name.endsWith('.log')).sort();
}

/** Flips a bit of a record. */
function damage(storage: MemoryStorage, record: string): void {
  for (const [name, bytes] of storage.files) {
    const at = bytes.indexOf(record);
    if (at === -1) continue;
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    storage.files.set(name, damaged);
  }
}

describe('a replay', () => {
  test('gives each client once, at its latest, in the order of changes', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1', 'c@1', 'a@2']);
    await live(storage, 'e2', ['c@2', 'd@1']);
    const bench = await Bench.start({ storage, epoch: 'e3' });
    assert.deepEqual(bench.kept, ['b@1', 'a@2', 'c@2', 'd@1']);
    assert.deepEqual(bench.replayed?.damaged, []);
    assert.deepEqual(bench.replayed.torn, []);
  });

  test('gives seqs that are all before those of live changes', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1']);
    const bench = await Bench.open({ storage, epoch: 'e2' });
    const { head } = bench.store;
    assert.ok(head >= 2);
    bench.apply('c', 1);
    assert.equal(bench.store.head, head + 1);
    await bench.replay();
    assert.deepEqual(bench.kept, ['a@1', 'b@1', 'c@1']);
  });

  test('leaves live changes alone that are newer, and takes the place of older ones', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@5', 'b@5']);
    const bench = await Bench.open({ storage, epoch: 'e2' });
    await bench.report('a', 6);
    await bench.report('b', 4);
    await bench.replay();
    assert.deepEqual(bench.kept.toSorted(), ['a@6', 'b@5']);
    await bench.journal.close();
    assert.deepEqual((await Bench.start({ storage, epoch: 'e3' })).kept.toSorted(), ['a@6', 'b@5']);
  });

  test('has nothing of what is to be forgotten', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@5']);
    const bench = await Bench.open({ storage, epoch: 'e2' });
    bench.store.forgetBefore({ seconds: 3, nanoseconds: 0 });
    await bench.replay();
    assert.deepEqual(bench.kept, ['b@5']);
    assert.equal(bench.store.size, 1);
  });

  test('has attributes and tombstones, out of a log and out of a snapshot', async () => {
    const storage = new MemoryStorage();
    const bench = await Bench.start({ storage, limits: { slackBytes: 1_000_000 } });
    const lines = [
      'AT A +1.000000000 a +1+1 10 accuracyM=12.5;charging=true;note="a%20b"',
      'AT A +1.000000000 b +1+1CRSx/ 10 speedMps=3',
      'REMOVED A +0.000000000 c 10.000000000',
      'AT A +1.000000000 d +1+1 10',
    ];
    for (const line of lines) bench.store.apply(recordIn(line));
    await bench.tick();
    await bench.journal.close();
    const replayed = await Bench.start({ storage, epoch: 'e2', limits: { slackBytes: 0 } });
    assert.deepEqual(replayed.lines, lines);
    assert.equal(replayed.store.tombstones, 1);
    replayed.store.apply(recordIn('REMOVED A +0.000000000 a 20.000000000'));
    await replayed.tick();
    await replayed.pass(1000);
    assert.deepEqual(replayed.events, ['compacted']);
    await replayed.journal.close();
    const again = await Bench.start({ storage, epoch: 'e3' });
    assert.deepEqual(again.replayed?.damaged, []);
    const removed = 'REMOVED A +0.000000000 a 20.000000000';
    assert.deepEqual(again.lines, [...lines.slice(1), removed]);
    assert.equal(again.store.apply(recordOf('c', 9)), 'older');
  });

  test('goes in steps, between which the server works', async () => {
    const storage = new MemoryStorage();
    const first = await Bench.start({ storage });
    for (let n = 0; n < 100; n++) first.apply(`client-${n}`, 1);
    await first.journal.close();
    const bench = await Bench.open({ storage, epoch: 'e2', limits: { replayedLines: 10 } });
    const replay = bench.replay();
    const sizes = new Set<number>();
    while (bench.journal.replaying) {
      sizes.add(bench.store.size);
      await new Promise(setImmediate);
    }
    await replay;
    assert.equal(bench.store.size, 100);
    assert.ok(sizes.size > 5, [...sizes].join(' '));
  });

  test('ends where the journal is closed, with what is live on disk', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1']);
    const bench = await Bench.open({ storage, epoch: 'e2' });
    const replay = assert.rejects(bench.journal.replay(), { name: 'AbortError' });
    bench.apply('c', 1);
    await bench.journal.close();
    await replay;
    assert.deepEqual((await Bench.start({ storage, epoch: 'e3' })).kept, ['a@1', 'b@1', 'c@1']);
  });
});

describe('the end of a log that was cut off', () => {
  test('is cut and reported, once; the version vector is the one before it', async () => {
    const storage = new MemoryStorage();
    const first = await live(storage, 'e1', ['a@1', 'b@1']);
    first.vector = vector;
    await first.report('c', 1);
    await first.pass(0);
    const [name = ''] = logsOf(storage);
    const whole = storage.files.get(name) ?? Buffer.alloc(0);
    storage.files.set(name, whole.subarray(0, -3));
    const bench = await Bench.start({ storage, epoch: 'e2' });
    assert.deepEqual(bench.kept, ['a@1', 'b@1']);
    assert.deepEqual(bench.replayed?.vector, []);
    assert.match(bench.replayed.torn.join(), /^00000001-\d+\.log: the last \d+ bytes$/);
    assert.deepEqual(bench.replayed.damaged, []);
    const again = await Bench.start({ storage, epoch: 'e3' });
    assert.deepEqual(again.kept, ['a@1', 'b@1']);
    assert.deepEqual(again.replayed?.torn, []);
  });

  test('keeps the frames before it, wherever that is', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1', 'c@1']);
    const [name = ''] = logsOf(storage);
    const whole = storage.files.get(name) ?? Buffer.alloc(0);
    const header = whole.indexOf('FRAME', 1);
    for (let size = header; size < whole.length; size++) {
      const copy = new MemoryStorage();
      const cut = whole.subarray(0, size);
      copy.files.set(name, cut);
      const bench = await Bench.start({ storage: copy, epoch: 'e2' });
      assert.deepEqual(bench.replayed?.damaged, []);
      const kept = ['a@1', 'b@1', 'c@1'].filter((_, n) => n < bench.kept.length);
      assert.deepEqual(bench.kept, kept, `${size} bytes`);
      assert.ok(bench.kept.length >= recordsIn(cut).length - 1);
    }
  });
});

describe('damage', () => {
  test('costs the frame that it is in, and is reported; the version vector is not trusted', async () => {
    const storage = new MemoryStorage();
    const first = await live(storage, 'e1', ['a@1', 'b@1', 'c@1']);
    first.vector = vector;
    await first.report('d', 1);
    await first.pass(0);
    damage(storage, ' b ');
    const bench = await Bench.start({ storage, epoch: 'e2' });
    assert.deepEqual(bench.kept, ['a@1', 'c@1', 'd@1']);
    assert.match(bench.replayed?.damaged.join() ?? '', /\.log: \d+ bytes are damaged$/);
    assert.deepEqual(bench.replayed?.vector, []);
  });

  test('of a header leaves the rest', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1']);
    await live(storage, 'e2', ['c@1']);
    damage(storage, '"epoch":"e1"');
    const bench = await Bench.start({ storage, epoch: 'e3' });
    assert.deepEqual(bench.kept, ['a@1', 'b@1', 'c@1']);
    assert.equal(bench.replayed?.damaged.length, 1);
  });

  test('is a log that is missing, and one that was cut off before another one', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1']);
    await live(storage, 'e2', ['b@1']);
    await live(storage, 'e3', ['c@1']);
    const [, second = ''] = logsOf(storage);
    storage.files.delete(second);
    const bench = await Bench.start({ storage, epoch: 'e4' });
    assert.deepEqual(bench.kept, ['a@1', 'c@1']);
    assert.match(bench.replayed?.damaged.join() ?? '', /^the log before 00000003\S+ is missing$/);
  });

  test('of a snapshot leaves what is whole of it, and the logs', async () => {
    const storage = new MemoryStorage();
    const first = await Bench.start({ storage, limits: { slackBytes: 0, snapshotBytes: 60 } });
    for (const client of ['a', 'b', 'c']) first.apply(client, 1);
    await first.tick();
    await first.pass(10);
    await first.pass(10);
    const names = [...storage.files.keys()];
    const snapshot = names.find((name) => parseFileName(name)?.kind === 'snapshot') ?? '';
    const bytes = storage.files.get(snapshot) ?? Buffer.alloc(0);
    assert.deepEqual(recordsIn(bytes), ['a@1', 'b@1', 'c@1']);
    await first.report('d', 1);
    await first.journal.close();

    const cut = new MemoryStorage();
    for (const [name, content] of storage.files) cut.files.set(name, content);
    cut.files.set(snapshot, bytes.subarray(0, bytes.lastIndexOf('FRAME')));
    damage(storage, ' b ');
    for (const [damaged, held] of [
      [storage, ['a@1', 'c@1', 'd@1']],
      [cut, ['a@1', 'b@1', 'c@1', 'd@1']],
    ] as const) {
      const bench = await Bench.start({ storage: damaged, epoch: 'e2' });
      assert.deepEqual(bench.kept, held);
      assert.equal(bench.replayed?.damaged.length, 1, bench.replayed?.damaged.join());
    }
  });

  test('has a snapshot taken, so that it is reported once', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1', 'b@1', 'c@1']);
    damage(storage, ' b ');
    const bench = await Bench.start({ storage, epoch: 'e2' });
    await bench.pass(10);
    assert.deepEqual(bench.events, ['compacted']);
    await settle();
    const again = await Bench.start({ storage, epoch: 'e3' });
    assert.deepEqual(again.replayed?.damaged, []);
    assert.deepEqual(again.kept, ['a@1', 'c@1']);
  });

  test('that the disk itself reports leaves the other files', async () => {
    const storage = new MemoryStorage();
    await live(storage, 'e1', ['a@1']);
    await live(storage, 'e2', ['b@1']);
    const bench = await Bench.open({ storage, epoch: 'e3' });
    const [first = ''] = logsOf(storage);
    storage.files.delete(first);
    await bench.replay();
    assert.deepEqual(bench.kept, ['b@1']);
    assert.match(bench.replayed?.damaged.join() ?? '', /is not there/);
  });
});

test('a client is known by its bytes, whatever they are', async () => {
  const storage = new MemoryStorage();
  const clients = ['\x00\x01\xff', 'é', 'FRAME', 'x'.repeat(4000)];
  const first = await Bench.start({ storage });
  for (const client of clients) first.store.apply(recordOf(client, 1));
  await first.journal.close();
  const bench = await Bench.start({ storage, epoch: 'e2' });
  assert.deepEqual(
    bench.kept,
    clients.map((client) => `${client}@1`),
  );
});
