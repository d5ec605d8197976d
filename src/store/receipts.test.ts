import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Receipts } from './receipts.ts';

const at = (seconds: number, nanoseconds = 0): { seconds: number; nanoseconds: number } => ({
  seconds,
  nanoseconds,
});

/** The receipts of reports that are looked at at these times. */
function receiptsAt(receipts: Receipts, ...times: { seconds: number; nanoseconds: number }[]) {
  return times.map((now) => {
    receipts.next(now);
    return [receipts.last.seconds, receipts.last.nanoseconds];
  });
}

describe('receipts', () => {
  test('are the clock where it goes on', () => {
    const receipts = new Receipts(1);
    const given = receiptsAt(receipts, at(5), at(5, 7), at(9));
    assert.deepEqual(given, [
      [5, 0],
      [5, 7],
      [9, 0],
    ]);
    assert.equal(receipts.epoch, 1);
  });

  test('rise by a nanosecond where it stands, also beyond the second', () => {
    const receipts = new Receipts(1);
    const last = at(5, 999_999_998);
    const given = receiptsAt(receipts, last, last, last, last);
    assert.deepEqual(given, [
      [5, 999_999_998],
      [5, 999_999_999],
      [6, 0],
      [6, 1],
    ]);
  });

  test('rise where it was set back by a second at most', () => {
    const receipts = new Receipts(1);
    const given = receiptsAt(receipts, at(5, 5), at(4, 5), at(5, 7), at(5, 8));
    assert.deepEqual(given, [
      [5, 5],
      [5, 6],
      [5, 7],
      [5, 8],
    ]);
    assert.equal(receipts.epoch, 1);
  });

  test('follow it back by more, in a later epoch whose sequence begins again', () => {
    const receipts = new Receipts(8000);
    assert.equal(receipts.accept(), 1);
    assert.equal(receipts.accept(), 2);
    assert.deepEqual(receiptsAt(receipts, at(8), at(6, 999_999_999)), [
      [8, 0],
      [6, 999_999_999],
    ]);
    assert.equal(receipts.epoch, 8001);
    assert.equal(receipts.sequence, 0);
    assert.equal(receipts.accept(), 1);
    assert.deepEqual(receiptsAt(receipts, at(20), at(12)), [
      [20, 0],
      [12, 0],
    ]);
    assert.equal(receipts.epoch, 12_000);
  });
});
