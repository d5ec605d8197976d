import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { Labels, type Label, type Spot } from './labels.ts';

const SCREEN = { width: 400, height: 300 };
const WIDTH = 60;
const HALF_HEIGHT = 6; // of the letters
const REACH = 7;
const nameOf = (client: string): { text: string; width: number } => ({
  text: client,
  width: WIDTH,
});

function spot(client: string, x: number, y: number): Spot {
  return { client, x, y, reach: REACH, isNamed: true };
}

/** Where the names of some spots stand. */
function place(spots: readonly Spot[], selected?: Spot, labels = new Labels()): readonly Label[] {
  return labels.place(SCREEN, spots, selected, [], nameOf);
}

test('a name stands at the right of what it names, and at another side where something is in its way', () => {
  const kiwi = spot('kiwi', 200, 150);
  const [free] = place([kiwi]);
  assert.ok(free !== undefined && free.x > kiwi.x + REACH && free.y === kiwi.y);
  const [left] = place([kiwi, { ...spot('plum', 240, 150), isNamed: false }]);
  assert.ok(left !== undefined && left.x + WIDTH < kiwi.x - REACH, 'at the left');
  const [edge] = place([spot('kiwi', 390, 150)]);
  assert.ok(edge !== undefined && edge.x + WIDTH < 390, 'all of it is on the screen');
});

test('no name stands on a marker, on another name or beyond the screen', () => {
  const points = fc.array(
    fc.record({ x: fc.integer({ max: 400, min: 0 }), y: fc.integer({ max: 300, min: 0 }) }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(points, (at) => {
      const spots = at.map(({ x, y }, n) => spot(String(n), x, y));
      const labels = place(spots);
      for (const label of labels) {
        assert.ok(label.x >= 0 && label.x + WIDTH <= SCREEN.width, 'on the screen');
        for (const { x, y } of spots) {
          const isBeside = x + REACH <= label.x || x - REACH >= label.x + WIDTH;
          assert.ok(isBeside || Math.abs(y - label.y) >= REACH + HALF_HEIGHT, 'on no marker');
        }
        for (const other of labels) {
          if (other === label) continue;
          const isBeside = Math.abs(other.x - label.x) >= WIDTH;
          assert.ok(isBeside || Math.abs(other.y - label.y) >= 2 * HALF_HEIGHT, 'on no name');
        }
      }
    }),
    { seed: 14 },
  );
});

test('the selected one has its name in the thickest crowd', () => {
  const crowd = Array.from({ length: 400 }, (_, n) =>
    spot(`${n}`, (n % 20) * 20, Math.floor(n / 20) * 15),
  );
  assert.deepEqual(place(crowd), []);
  assert.deepEqual(
    place(crowd, crowd[210]).map(({ text }) => text),
    ['210'],
  );
});

test('a name stays where it is when its side would be free again, and before others that come', () => {
  const labels = new Labels();
  const kiwi = spot('kiwi', 200, 150);
  const plum = { ...spot('plum', 240, 150), isNamed: false };
  const [first] = place([kiwi, plum], undefined, labels);
  const [second] = place([kiwi], undefined, labels);
  assert.deepEqual(second, first);
  const [third] = place([spot('pear', 100, 150), kiwi], undefined, labels);
  assert.deepEqual(third, first);
});
