import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { changesOf, locationOf, slotsOf } from './journal-bench.test.ts';
import { linesOf, makeSegments, type Segment } from './journal-segments.ts';
import { LocationStore } from '../store/store.ts';

fc.configureGlobal({ seed: 29, numRuns: 300 });

/** Segments of a store that has so many clients, and what their lines should be. */
function segmentsOf(clients: number, rowsASegment: number): [Segment[], string[]] {
  const store = new LocationStore('now', { head: 95, past: [] });
  for (let n = 0; n < clients; n++) store.apply(locationOf(`client-${n}`, n));
  const lines = changesOf(store).map((change) => `${change}\n`);
  return [makeSegments(store, slotsOf(store), rowsASegment), lines];
}

test('segments have the changes in their order, each in one', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 1, max: 20 }), (clients, most) => {
      const [segments, lines] = segmentsOf(clients, most);
      assert.deepEqual(
        segments.map(({ bytes }) => linesOf(bytes)?.toString()),
        Array.from({ length: Math.ceil(clients / most) }, (_, n) =>
          lines.slice(n * most, (n + 1) * most).join(''),
        ),
      );
      for (const { span, bytes } of segments) {
        const numbers = linesOf(bytes)?.toString().match(/^\d+/gm)?.map(Number) ?? [];
        const [first, last] = [numbers[0], numbers.at(-1)];
        assert.deepEqual(span, { first, last, rows: numbers.length, keys: [first] });
      }
    }),
  );
});

test('a segment of which a byte is damaged is none', () => {
  const [[segment]] = segmentsOf(20, 20);
  assert.ok(segment);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flipped) => {
      const damaged = Buffer.from(segment.bytes);
      const at = where % damaged.length;
      damaged.writeUInt8(damaged.readUInt8(at) ^ flipped, at);
      assert.equal(linesOf(damaged), undefined);
      assert.equal(linesOf(segment.bytes.subarray(0, at)), undefined);
    }),
  );
});
