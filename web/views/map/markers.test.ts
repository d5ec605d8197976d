import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resting } from './glide.ts';
import { FLOATS, Markers } from './markers.ts';

const LOOK = { colour: [1, 2, 3, 4], courseDeg: undefined, isStale: false } as const;
const at = (x: number) => resting({ x, y: 0.25 });

/** The x of each row, as exactly as the graphics card has it. */
function rowsOf(markers: Markers): number[] {
  const { buffer, count } = markers;
  return Array.from({ length: count }, (_, row) => {
    const [high = NaN, low = NaN] = buffer.subarray(row * FLOATS, row * FLOATS + 2);
    return high + low;
  });
}

test('rows have no gaps, whoever is taken away', () => {
  const markers = new Markers(0);
  for (let n = 0; n < 600; n++) markers.put(`c${n}`, at(n / 1000), LOOK);
  assert.deepEqual(markers.takeChanges(), { from: 0, to: 600 });
  markers.remove('c0');
  markers.remove('c598');
  markers.remove('nobody');
  assert.equal(markers.count, 598);
  assert.deepEqual(
    markers.takeChanges(),
    { from: 0, to: 1 },
    'the last is in the place of the first',
  );
  const rows = rowsOf(markers);
  for (const { client, index } of markers.all) {
    assert.ok(Math.abs((rows[index] ?? NaN) - Number(client.slice(1)) / 1000) < 1e-12, client);
  }
  assert.equal(markers.takeChanges(), undefined);
});

test('only what has changed is sent', () => {
  const markers = new Markers(0);
  for (let n = 0; n < 10; n++) markers.put(`c${n}`, at(0.5), LOOK);
  markers.takeChanges();
  markers.put('c4', at(0.6), LOOK);
  const sixth = markers.get('c6') ?? assert.fail();
  markers.setHidden(sixth, true);
  assert.deepEqual(markers.takeChanges(), { from: 4, to: 7 });
  markers.setHidden(sixth, true);
  assert.equal(markers.takeChanges(), undefined, 'it was hidden already');
});

test('a look that is as it was is not sent again', () => {
  const markers = new Markers(0);
  markers.put('kiwi', at(0.5), LOOK);
  const kiwi = markers.get('kiwi') ?? assert.fail();
  markers.takeChanges();
  markers.setLook(kiwi, { ...LOOK });
  assert.equal(markers.takeChanges(), undefined);
  markers.setLook(kiwi, { ...LOOK, isStale: true });
  assert.deepEqual(markers.takeChanges(), { from: 0, to: 1 });
});
