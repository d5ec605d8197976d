import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeReader, ChangeWriter } from './change-stream.ts';
import { RecordView } from './record.ts';
import { LocationStore, type StoreSizes } from './store.ts';

fc.configureGlobal({ seed: 77, numRuns: 300 });

const AT = 'AT Riley +1.000000000 kiwi +1+1 5';

function record(client: number, time: number, origin: string, sequence: number): RecordView {
  const view = new RecordView();
  const position = sequence % 3 === 0 ? '+1.5-2.25' : '+0130-00215';
  const attributes = sequence % 4 === 0 ? ` speedMps=${sequence}` : '';
  const report = `AT ${origin} +1.000000000 client-${client} ${position} ${time}${attributes}`;
  const removal = `REMOVED ${origin} +1.000000000 client-${client} ${time}.000000000`;
  const bytes = Buffer.from(sequence % 5 === 4 ? removal : report);
  assert.ok(view.scan(bytes, 0, bytes.length));
  view.epoch = 7;
  view.sequence = sequence;
  return view;
}

function textOf({ bytes, start, recordEnd }: RecordView): string {
  return bytes.toString('latin1', start, recordEnd);
}

/** The changes that a stream has: `seq origin/epoch/sequence line`. */
function changesOf(text: string): string[] {
  const reader = new ChangeReader();
  const bytes = Buffer.from(text, 'latin1');
  const changes: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf('\n'); end !== -1; end = bytes.indexOf('\n', start)) {
    const kind = reader.take({ bytes, start, end, tooLong: false });
    start = end + 1;
    assert.notEqual(kind, 'invalid', text);
    if (kind !== 'change') continue;
    const { seq, record: read } = reader;
    changes.push(`${seq} ${read.epoch}/${read.sequence} ${textOf(read)}`);
  }
  assert.equal(start, bytes.length);
  return changes;
}

/** All that a reader of a store gets, in calls of these limits. */
function readAll(
  store: LocationStore,
  after: number,
  maxBytes: number,
  maxChanges: number,
): string {
  const out = new ByteWriter(16);
  const writer = new ChangeWriter(out);
  const cursor = store.openAfter(after);
  for (let calls = 0; !store.readChanges(cursor, writer, { maxBytes, maxChanges }); calls++) {
    assert.ok(calls < 10_000, 'the end stays away');
  }
  store.close(cursor);
  return out.view().toString('latin1');
}

const sizes: fc.Arbitrary<StoreSizes> = fc.record({
  clients: fc.constant(2),
  windowBytes: fc.constantFrom(256, 1000, 65_536),
  windowChanges: fc.constantFrom(1, 4, 256),
});

const step = fc.record({
  client: fc.nat(9),
  later: fc.nat(3),
  origin: fc.constantFrom('Riley', 'Riley', 'Riley', 'Jaquez'),
});

describe('changes', () => {
  test('are read as they were taken in, from the window or the table, in calls of any size', () => {
    const limits = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60, size: 'max' }),
        sizes,
        limits,
        (steps, size, limit) => {
          const store = new LocationStore(0, size);
          const newest = new Map<number, string>();
          const sequences: Record<string, number> = {};
          let time = 100;
          for (const { client, later, origin } of steps) {
            time += later;
            sequences[origin] = (sequences[origin] ?? 0) + 1;
            const taken = record(client, time, origin, sequences[origin]);
            if (store.apply(taken) !== 'newer') continue;
            newest.delete(client);
            newest.set(client, `${store.head} 7/${taken.sequence} ${textOf(taken)}`);
          }
          for (const after of [0, Math.floor(store.head / 2), store.head]) {
            const expected = [...newest.values()].filter(
              (change) => Number.parseInt(change) > after,
            );
            assert.deepEqual(changesOf(readAll(store, after, ...limit)), expected);
          }
        },
      ),
    );
  });

  test('of one origin that follow on have one header', () => {
    const store = new LocationStore();
    for (let n = 1; n <= 5; n++) store.apply(record(n, 100, 'Riley', n));
    store.apply(record(6, 100, 'Jaquez', 1));
    store.apply(record(7, 100, 'Riley', 6));
    const text = readAll(store, 0, 10_000, 100);
    assert.deepEqual(text.match(/^CHANGES .*$/gm), [
      'CHANGES 1 7 1',
      'CHANGES 6 7 1',
      'CHANGES 7 7 6',
    ]);
  });

  test('that are not wanted are passed over', () => {
    const store = new LocationStore();
    for (let n = 1; n <= 6; n++) store.apply(record(n, 100, 'Riley', n));
    const out = new ByteWriter(16);
    const cursor = store.openAfter(0);
    const isOdd = (_slot: number, seq: number): boolean => seq % 2 === 1;
    const limits = { maxBytes: 10_000, maxChanges: 100 };
    assert.ok(store.readChanges(cursor, new ChangeWriter(out), limits, isOdd));
    const seqs = changesOf(out.view().toString('latin1')).map((change) => Number.parseInt(change));
    assert.deepEqual(seqs, [1, 3, 5]);
    assert.equal(cursor.seq, 6);
  });
});

describe('not a stream of changes', () => {
  const take = (...lines: string[]): string[] => {
    const reader = new ChangeReader();
    return lines.map((line) => {
      const bytes = Buffer.from(line, 'latin1');
      return reader.take({ bytes, start: 0, end: bytes.length, tooLong: false });
    });
  };
  const refused: [why: string, lines: string[]][] = [
    ['a line without a header', [AT]],
    ['a header in lower case', ['changes 1 2 3']],
    ['a header of two numbers', ['CHANGES 1 2']],
    ['a header of four', ['CHANGES 1 2 3 4']],
    ['a header with a space at its end', ['CHANGES 1 2 3 ']],
    ['a header with two spaces', ['CHANGES 1  2 3']],
    ['a seq of nothing', ['CHANGES 0 2 3']],
    ['a sequence of nothing', ['CHANGES 1 2 0']],
    ['a number of sixteen digits', ['CHANGES 1000000000000000 2 3']],
    ['a number with a sign', ['CHANGES +1 2 3']],
    ['a line that is none', ['CHANGES 1 2 3', AT.replace('+1+1', '+91+1')]],
    ['a line with a CR', ['CHANGES 1 2 3', `${AT}\r`]],
    [
      'a line of another origin than the one before',
      ['CHANGES 1 2 3', AT, AT.replace('Riley', 'B')],
    ],
  ];
  for (const [why, lines] of refused) {
    test(why, () => {
      const kinds = take(...lines);
      assert.equal(kinds.at(-1), 'invalid');
      assert.ok(!kinds.slice(0, -1).includes('invalid'));
    });
  }

  test('seq and sequence go on from line to line', () => {
    assert.deepEqual(changesOf(`CHANGES 41 5 9\n${AT}\n${AT}\nCHANGES 50 5 20\n${AT}\n`), [
      `41 5/9 ${AT}`,
      `42 5/10 ${AT}`,
      `50 5/20 ${AT}`,
    ]);
  });
});
