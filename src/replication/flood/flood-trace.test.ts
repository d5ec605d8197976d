import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scanRecord } from '../../store/scan-record.test.ts';
import type { Applied } from '../../store/store.ts';
import { FloodTrace } from './flood-trace.ts';

const START = 1_621_464_828;

/** A trace whose time is the test's. */
class Traced {
  seconds = START;
  readonly #trace = new FloodTrace(
    (origin) => ({ name: `R${origin}`, epoch: 1 }),
    () => ({ seconds: this.seconds, nanoseconds: 5 }),
  );

  /** A record that an origin received so many seconds after the start comes from a neighbour. */
  note(sequence: number, afterS: number, neighbour: string, applied: Applied, origin = 0): void {
    const record = scanRecord(`AT R +0.000000000 kiwi +1+1 ${START + afterS}`);
    record.sequence = sequence;
    this.#trace.note(origin, record, neighbour, applied);
  }

  get listed(): string[] {
    return this.#trace.list().map(({ origin, sequence, arrivals }) => {
      const came = arrivals.map(
        ({ neighbour, at, isNews }) => `${neighbour}${isNews ? '+' : '-'}${at.seconds - START}`,
      );
      return `${origin.name} ${sequence}: ${came.join(' ')}`;
    });
  }
}

test('of each second the first record is traced, with each of its arrivals', () => {
  const traced = new Traced();
  traced.note(1, 0, 'B', 'newer');
  traced.note(2, 0, 'B', 'newer');
  traced.seconds += 1;
  traced.note(1, 0, 'C', 'same');
  traced.note(2, 0, 'C', 'same');
  traced.note(3, 1, 'C', 'newer');
  traced.note(3, 1, 'B', 'older');
  assert.deepEqual(traced.listed, ['R0 3: C+1 B-1', 'R0 1: B+0 C-1']);
});

test('the origins do not mix', () => {
  const traced = new Traced();
  traced.note(1, 0, 'B', 'newer', 0);
  traced.note(1, 0, 'B', 'newer', 1);
  traced.note(1, 0, 'C', 'same', 0);
  assert.deepEqual(traced.listed, ['R0 1: B+0 C-0', 'R1 1: B+0']);
});

test('what is caught up with is not traced', () => {
  const traced = new Traced();
  traced.seconds += 61;
  traced.note(1, 0, 'B', 'newer');
  traced.note(2, 2, 'B', 'newer');
  assert.deepEqual(traced.listed, ['R0 2: B+61']);
});

test('its memory is bounded', () => {
  const traced = new Traced();
  for (let n = 1; n <= 20; n++) traced.note(n, n, 'B', 'newer');
  assert.deepEqual(
    traced.listed.map((line) => line.slice(0, 5)),
    [20, 19, 18, 17, 16, 15, 14, 13].map((sequence) => `R0 ${sequence}`),
  );
  for (let n = 0; n < 1000; n++) traced.note(20, 20, 'B', 'same');
  assert.equal(traced.listed[0]?.split(' ').length, 2 + 128);
  for (let origin = 1; origin <= 300; origin++) traced.note(1, 30, 'B', 'newer', origin);
  assert.equal(traced.listed.length, 256);
  assert.equal(traced.listed.at(-1), 'R300 1: B+0');
});
