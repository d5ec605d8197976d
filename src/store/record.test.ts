import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { compareRecords, RecordView } from './record.ts';

fc.configureGlobal({ seed: 7, numRuns: 1000 });

interface Made {
  readonly origin?: string;
  readonly clientTime?: number;
  readonly receipt?: number;
  readonly epoch?: number;
  readonly sequence?: number;
  readonly isRemoval?: boolean;
}

/** A record of a client, its times in whole seconds. */
function record(made: Made): RecordView {
  const { origin = 'A', clientTime = 5, receipt = 9, epoch = 1, sequence = 1 } = made;
  const { isRemoval = false } = made;
  const skew = receipt - clientTime;
  const sign = skew < 0 ? '-' : '+';
  const [word, rest] = isRemoval
    ? ['REMOVED', `kiwi ${clientTime}.000000000`]
    : ['AT', `kiwi +1-2 ${clientTime}`];
  const bytes = Buffer.from(`${word} ${origin} ${sign}${Math.abs(skew)}.000000000 ${rest}`);
  const view = new RecordView();
  assert.ok(view.scan(bytes, 0, bytes.length));
  view.epoch = epoch;
  view.sequence = sequence;
  return view;
}

/** So few that many are equal, with client clocks that are slow and fast. */
const anyMade = fc.record({
  origin: fc.constantFrom('Riley', 'Jaquez', 'B'),
  clientTime: fc.nat(4),
  receipt: fc.nat(4),
  epoch: fc.nat(2),
  sequence: fc.integer({ min: 1, max: 3 }),
  isRemoval: fc.boolean(),
});
const keyOf = (made: Made): string => JSON.stringify(made);

describe('the order of two records', () => {
  test('is total where no two have one identity: two that compare as the same are the same', () => {
    fc.assert(
      fc.property(anyMade, anyMade, (a, b) => {
        const isSame =
          Math.min(a.clientTime, a.receipt) === Math.min(b.clientTime, b.receipt) &&
          a.receipt === b.receipt &&
          a.origin === b.origin &&
          a.epoch === b.epoch &&
          a.sequence === b.sequence;
        assert.equal(compareRecords(record(a), record(b)) === 0, isSame);
      }),
    );
  });

  test('is antisymmetric and transitive', () => {
    fc.assert(
      fc.property(anyMade, anyMade, anyMade, (a, b, c) => {
        const [x, y, z] = [record(a), record(b), record(c)];
        assert.equal(Math.sign(compareRecords(x, y)) + Math.sign(compareRecords(y, x)), 0);
        if (compareRecords(x, y) <= 0 && compareRecords(y, z) <= 0) {
          assert.ok(compareRecords(x, z) <= 0);
        }
      }),
    );
  });

  test('gives the same newest one in whatever order they came', () => {
    const newestOf = (all: readonly Made[]): string =>
      keyOf(all.reduce((a, b) => (compareRecords(record(a), record(b)) >= 0 ? a : b)));
    const shuffled = fc
      .uniqueArray(anyMade, { minLength: 1, maxLength: 12, selector: keyOf })
      .map((all) => all.map((made, index) => ({ ...made, sequence: index + 1 })))
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      );
    fc.assert(fc.property(shuffled, ([a, b]) => assert.equal(newestOf(a), newestOf(b))));
  });

  const ordered: [rule: string, newer: Made, older: Made][] = [
    ['a later client time is newer', { clientTime: 6 }, { clientTime: 5 }],
    [
      'a late upload of an old point is older',
      { clientTime: 5, receipt: 6 },
      { clientTime: 4, receipt: 99 },
    ],
    [
      'a client time of the future counts as of its receipt',
      { clientTime: 8 },
      { clientTime: 99, receipt: 7 },
    ],
    [
      'two of the future go by their receipts',
      { clientTime: 98, receipt: 8 },
      { clientTime: 99, receipt: 7 },
    ],
    ['of one time the later receipt is newer', { receipt: 10 }, { receipt: 9, origin: 'Z' }],
    ['of one receipt the greater origin is newer', { origin: 'B' }, { origin: 'A', epoch: 9 }],
    ['a longer origin is greater', { origin: 'AB' }, { origin: 'A' }],
    ['origins are bytes', { origin: 'a\xff' }, { origin: 'a\x7f' }],
    ['of one origin the later epoch is newer', { epoch: 2 }, { epoch: 1, sequence: 9 }],
    ['of one epoch the later sequence is newer', { sequence: 2 }, { sequence: 1 }],
  ];
  for (const [rule, newer, older] of ordered) {
    test(rule, () => {
      assert.ok(compareRecords(record(newer), record(older)) > 0);
      assert.ok(compareRecords(record(older), record(newer)) < 0);
    });
  }
});
