import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeReader, ChangeWriter } from './change-stream.ts';
import { compareRecords, RecordView } from './record.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 29, numRuns: 500 });

interface Made {
  readonly client: string;
  readonly time: number;
  readonly skew: number;
  readonly origin: string;
  readonly kind: 'report' | 'with attributes' | 'removal' | 'document' | 'removed document';
}

const anyMade: fc.Arbitrary<Made> = fc.record({
  client: fc.constantFrom('a', 'b', 'c'),
  time: fc.integer({ min: 10, max: 15 }),
  skew: fc.integer({ min: -3, max: 3 }),
  origin: fc.constantFrom('A', 'B'),
  kind: fc.constantFrom(
    'report',
    'report',
    'with attributes',
    'removal',
    'document',
    'removed document',
  ),
});

function lineOf({ client, time, skew, origin, kind }: Made): string {
  const signed = `${skew < 0 ? '-' : '+'}${Math.abs(skew)}.000000000`;
  if (kind === 'document') {
    return `DOCUMENT ${origin} ${signed} ${client} ${time}.000000000 ${'x'.repeat(time)}`;
  }
  if (kind === 'removed document') {
    return `DOCUMENT ${origin} ${signed} ${client} ${time}.000000000`;
  }
  if (kind === 'removal') return `REMOVED ${origin} ${signed} ${client} ${time}.000000000`;
  const at = `AT ${origin} ${signed} ${client} +1-2 ${time}`;
  return kind === 'report' ? at : `${at} note="x";speedMps=${time}`;
}

function recordOf(line: string, sequence: number): RecordView {
  const bytes = Buffer.from(`x${line}x`, 'latin1');
  const record = new RecordView();
  assert.ok(record.scan(bytes, 1, bytes.length - 1), line);
  record.sequence = sequence;
  return record;
}

/** Records with identities of their own. */
const anyRecords = fc
  .array(anyMade, { maxLength: 20 })
  .map((all) => all.map((made, index) => recordOf(lineOf(made), index + 1)));

function textOf({ bytes, start, recordEnd }: RecordView): string {
  return bytes.toString('latin1', start, recordEnd);
}

/** All of a store's records, as its readers get them: the lines in the order of their clients. */
function linesOf(store: LocationStore): string[] {
  const out = new ByteWriter(16);
  const cursor = store.openAfter(0);
  const limits = { maxBytes: 100_000, maxChanges: 1000 };
  assert.ok(store.readChanges(cursor, new ChangeWriter(out), limits));
  store.close(cursor);
  const lines = out.view().toString('latin1').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('CHANGES')).toSorted();
}

/** What a store is to hold: the newest record of each client, and of each document, which may have a client's name. */
function newestOf(records: readonly RecordView[]): Map<string, RecordView> {
  const newest = new Map<string, RecordView>();
  for (const record of records) {
    const client = record.bytes.toString('latin1', record.clientStart, record.clientEnd);
    const before = newest.get(client);
    if (before === undefined || compareRecords(record, before) > 0) newest.set(client, record);
  }
  return newest;
}

describe('tombstones and documents among reports', () => {
  test('leave the newest record of each client, in whatever order all came', () => {
    const shuffled = anyRecords.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    fc.assert(
      fc.property(shuffled, (records) => {
        const store = new LocationStore();
        for (const record of records) store.apply(record);
        const newest = newestOf(records);
        assert.deepEqual(linesOf(store), [...newest.values()].map(textOf).toSorted());
        for (const [client, record] of newest) {
          const isShown = !record.isRemoval && !record.isDocument;
          const at = isShown ? record.toString() : undefined;
          assert.equal(store.get(Buffer.from(client))?.at, at);
          assert.equal(store.has(Buffer.from(client)), !record.isRemoval);
        }
        const all = [...newest.values()];
        const clients = all.filter(({ isDocument }) => !isDocument);
        const removed = clients.filter(({ isRemoval }) => isRemoval).length;
        assert.equal(store.tombstones, removed);
        assert.equal(store.size, clients.length - removed);
        const documents = all.filter(({ isDocument, isRemoval }) => isDocument && !isRemoval);
        assert.equal(store.documents.count, documents.length);
      }),
    );
  });

  test('are read from the table as they were taken in', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        // The window has room for one change: the others are read from rows.
        const sizes = { clients: 2, windowBytes: 256, windowChanges: 1 };
        const [store, copy] = [new LocationStore(0, sizes), new LocationStore()];
        for (const record of records) store.apply(record);
        for (const record of newestOf(records).values()) copy.apply(record);
        assert.deepEqual(linesOf(store), linesOf(copy));
      }),
    );
  });

  test('replace one another without a trace of what was longer', () => {
    fc.assert(
      fc.property(fc.array(anyMade, { maxLength: 10 }), fc.boolean(), (mixed, ofDocument) => {
        const all = mixed.filter(({ kind }) => kind.endsWith('document') === ofDocument);
        const store = new LocationStore();
        for (const [index, made] of all.entries()) {
          // Each is newer than those before.
          const line = lineOf({ ...made, client: 'kiwi', time: 100 + index, skew: 100 });
          assert.equal(store.apply(recordOf(line, index + 1)), 'newer');
          assert.deepEqual(linesOf(store), [line]);
        }
      }),
    );
  });

  test('are not near anything', () => {
    const store = new LocationStore();
    store.apply(recordOf('AT A +1.000000000 a +1+1 10', 1));
    store.apply(recordOf('AT A +1.000000000 b +1+1 10', 2));
    store.apply(recordOf('REMOVED A +0.000000000 a 20.000000000', 3));
    while (!store.positions.fill(1));
    const near = (): number[] =>
      store.positions.nearest(10_000_000, 10_000_000, { limit: 9 }).found.map(({ slot }) => slot);
    assert.deepEqual(near(), [store.find(Buffer.from('b'))]);
    store.apply(recordOf('REMOVED A +0.000000000 b 20.000000000', 4));
    assert.deepEqual(near(), []);
    store.apply(recordOf('AT A +1.000000000 b +1+1 30', 5));
    assert.deepEqual(near(), [store.find(Buffer.from('b'))]);
  });

  test('are forgotten after their grace by when they were made, and at the latest with locations', () => {
    const store = new LocationStore();
    store.apply(recordOf('REMOVED A +5.000000000 a 10.000000000', 1));
    store.apply(recordOf('REMOVED A +5.000000000 b 12.000000000', 2));
    store.forgetRemovalsBefore({ seconds: 16, nanoseconds: 0 });
    assert.deepEqual(linesOf(store), ['REMOVED A +5.000000000 b 12.000000000']);
    assert.equal(store.apply(recordOf('REMOVED A +3.000000000 c 12.000000000', 3)), 'older');
    store.forgetBefore({ seconds: 13, nanoseconds: 0 });
    assert.deepEqual(linesOf(store), []);
    assert.deepEqual([...store.sweep(100)], [2]);
    assert.equal(store.tombstones, 0);
  });

  test('count for nothing once they are forgotten, also before their memory is freed', () => {
    const store = new LocationStore();
    store.apply(recordOf('REMOVED A +0.000000000 a 20.000000000', 1));
    const older = recordOf('AT A +1.000000000 a +1+1 10', 2);
    assert.equal(store.apply(older), 'older');
    store.forgetRemovalsBefore({ seconds: 21, nanoseconds: 0 });
    assert.equal(store.apply(older, 0, true), 'older');
    assert.equal(store.apply(older), 'newer');
    assert.deepEqual([store.size, store.tombstones], [1, 0]);
  });
});

test('what was here and is here no more is not taken in again', () => {
  const store = new LocationStore();
  const record = recordOf('AT A +1.000000000 a +1+1 10', 1);
  assert.equal(store.apply(record, 0, true), 'older');
  assert.equal(store.apply(record, 0, false), 'newer');
  assert.equal(store.apply(record, 0, true), 'same');
  assert.equal(store.apply(recordOf('AT A +1.000000000 a +1+1 11', 2), 0, true), 'newer');
});

describe('not a record', () => {
  const AT = 'AT A +1.000000000 a +1+1 10';
  const refused: readonly string[] = [
    `${AT} `,
    `${AT} x`,
    `${AT} accuracyM=-1`,
    `${AT} x=1 y=1`,
    `${AT}  x=1`,
    `${AT} x=01`,
    `${AT} x="\xe9"`,
    `${AT} note="${'x'.repeat(600)}"`,
    'REMOVED A +0.000000000 a',
    'REMOVED A +0.000000000 a 10',
    'REMOVED A +0.000000000 a 010.000000000',
    'REMOVED A +0.000000000 a .000000000',
    'REMOVED A 0.000000000 a 10.000000000',
    'REMOVED A -0.000000000 a 10.000000000',
    'REMOVED A -11.000000000 a 10.000000000',
    'REMOVED A +0.000000000  a 10.000000000',
    'REMOVED A +0.000000000 a 10.000000000 x=1',
    'REMOVED A +0.000000000 a 99999999999.000000000',
    'REMOVES A +0.000000000 a 10.000000000',
    `REMOVED ${'A'.repeat(65)} +0.000000000 a 10.000000000`,
    `REMOVED A +0.000000000 ${'a'.repeat(4097)} 10.000000000`,
    'DOCUMENT A +0.000000000 a',
    'DOCUMENT A +0.000000000 a 10',
    'DOCUMENT A +0.000000000  a 10.000000000 x',
    'DOCUMENT A +0.000000000 a 10.000000000 ',
    'DOCUMENT A +0.000000000 a 10.000000000 x y',
    'DOCUMENT A +0.000000000 a 10.000000000 x\x7f',
    'DOCUMENT A +0.000000000 \xe9 10.000000000 x',
    'DOCUMENT A +0.000000000 a 10.000000000 \xe9',
    'DOCUMENTS A +0.000000000 a 10.000000000 x',
    `DOCUMENT ${'A'.repeat(65)} +0.000000000 a 10.000000000 x`,
    `DOCUMENT A +0.000000000 ${'a'.repeat(1024)} 10.000000000 x`,
    `DOCUMENT A +0.000000000 a 10.000000000 ${'x'.repeat(8193)}`,
  ];
  for (const line of refused) {
    test(line.slice(0, 80), () => {
      const reader = new ChangeReader();
      const take = (text: string): string => {
        const bytes = Buffer.from(text, 'latin1');
        return reader.take({ bytes, start: 0, end: bytes.length, tooLong: false });
      };
      assert.equal(take('CHANGES 1 1 1'), 'header');
      assert.equal(take(line), 'invalid');
    });
  }
});
