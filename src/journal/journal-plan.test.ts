import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { countToMerge, nextToClean, replaceRun, rowsOf } from './journal-plan.ts';
import type { SegmentSpan } from './journal-segments.ts';

fc.configureGlobal({ seed: 41, numRuns: 500 });

/** Segments of so many rows each, of changes that follow on each other. */
function spans(...rows: readonly number[]): SegmentSpan[] {
  let last = 0;
  return rows.map((count) => {
    const first = last + 1;
    last += count;
    return { first, last, rows: count, keys: [first] };
  });
}

const anyRows = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 12 });
const anySpans = anyRows.map((rows) => spans(...rows));

describe('segments that are written anew with new rows', () => {
  const cases: [rows: number[], added: number, merged: number][] = [
    [[], 5, 0],
    [[5], 5, 1],
    [[6], 5, 0],
    [[12, 5, 2, 2], 2, 3],
    [[40, 8, 4, 2, 1], 1, 4],
    [[1, 6, 1], 1, 1],
    [[50, 50], 50, 1],
    [[50, 51], 50, 0],
    [[3], 0, 0],
  ];
  for (const [rows, added, merged] of cases) {
    test(`of ${rows.join(', ') || 'none'}, with ${added}: ${merged}`, () => {
      assert.equal(countToMerge(spans(...rows), added, 100), merged);
    });
  }

  test('are few after any number of small writes, and each row was written a few times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 400 }), (writes) => {
        const most = 1000;
        let segments: number[] = [];
        let written = 0;
        for (const rows of writes) {
          const merged = countToMerge(spans(...segments), rows, most);
          const kept = segments.slice(0, segments.length - merged);
          const added = rows + segments.slice(kept.length).reduce((sum, count) => sum + count, 0);
          assert.ok(added <= most);
          written += added;
          segments = [...kept, added];
        }
        const all = writes.reduce((sum, rows) => sum + rows, 0);
        assert.ok(segments.length <= 50 + (2 * all) / most, `${segments.length} segments`);
        assert.ok(written <= all * (1 + Math.log2(most)), `${written} rows written of ${all}`);
      }),
    );
  });
});

describe('a step of cleaning', () => {
  const segments = spans(4, 4, 4, 4);

  test('takes what comes next, as much as it may', () => {
    assert.deepEqual(nextToClean(segments, 0, 16, 8), segments.slice(0, 2));
    assert.deepEqual(nextToClean(segments, 8, 16, 11), segments.slice(2));
    assert.deepEqual(nextToClean(segments, 4, 16, 100), segments.slice(1));
  });

  test('takes one segment at least, and nothing beyond the range', () => {
    assert.deepEqual(nextToClean(segments, 4, 16, 1), segments.slice(1, 2));
    assert.deepEqual(nextToClean(segments, 0, 11, 100), segments.slice(0, 2));
    assert.deepEqual(nextToClean(segments, 16, 16, 100), []);
  });

  test('goes on where the last one ended: so a round takes each segment of its range once', () => {
    fc.assert(
      fc.property(anySpans, fc.nat(150), fc.integer({ min: 1, max: 50 }), (all, upTo, most) => {
        const taken: SegmentSpan[] = [];
        for (let after = 0; ;) {
          const step = nextToClean(all, after, upTo, most);
          const last = step.at(-1);
          if (last === undefined) break;
          assert.ok(step.length === 1 || rowsOf(step) <= most);
          taken.push(...step);
          after = last.last;
        }
        assert.deepEqual(
          taken,
          all.filter(({ last }) => last <= upTo),
        );
      }),
    );
  });
});

test('a run of segments gives way to others, in its place', () => {
  const [a, b, c, d] = spans(1, 2, 3, 4);
  assert.ok(a && b && c && d);
  assert.deepEqual(replaceRun([a, b, c], [b, c], [d]), [a, d]);
  assert.deepEqual(replaceRun([a, b, c], [a], []), [b, c]);
  assert.deepEqual(replaceRun([a, b], [], []), [a, b]);
});
