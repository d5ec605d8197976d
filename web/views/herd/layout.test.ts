import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { placeServers } from './layout.ts';

type Pair = readonly [string, string];

const linked = (...pairs: Pair[]): { between: Pair }[] => pairs.map((between) => ({ between }));

test('the herd of five has its own picture', () => {
  const links = linked(
    ['Jaquez', 'Riley'],
    ['Juzang', 'Riley'],
    ['Bernard', 'Jaquez'],
    ['Campbell', 'Jaquez'],
    ['Bernard', 'Juzang'],
    ['Campbell', 'Juzang'],
    ['Bernard', 'Campbell'],
  );
  const places = placeServers(['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'], links);
  assert.deepEqual(Object.fromEntries(places), {
    Riley: { x: 0, y: 0.5 },
    Jaquez: { x: 0.5, y: 0 },
    Juzang: { x: 0.5, y: 1 },
    Bernard: { x: 1, y: 0 },
    Campbell: { x: 1, y: 1 },
  });
});

test('one server is in the middle, a line of servers is a line', () => {
  assert.deepEqual([...placeServers(['A'], []).values()], [{ x: 0.5, y: 0.5 }]);
  const line = placeServers(['B', 'A', 'C'], linked(['A', 'B'], ['B', 'C']));
  assert.deepEqual(
    [...line].map(([name, { x, y }]) => [name, x, y]),
    [
      ['A', 0, 0.5],
      ['B', 0.5, 0.5],
      ['C', 1, 0.5],
    ],
  );
});

test('where lines would pass by a server, or servers are not linked, all are on a circle', () => {
  const all = ['A', 'B', 'C', 'D', 'E'];
  const mesh = all.flatMap((a) => all.filter((b) => a < b).map((b): Pair => [a, b]));
  for (const links of [linked(...mesh), linked(['A', 'B'], ['C', 'D'])]) {
    const places = [...placeServers(all, links).values()];
    for (const { x, y } of places) {
      assert.ok(Math.abs(Math.hypot(x - 0.5, y - 0.5) - 0.5) < 1e-9, `${x} ${y}`);
    }
  }
});

test('the same herd has the same picture, in which no two servers are in one place', () => {
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G');
  const herd = fc.record({
    names: fc.uniqueArray(name, { minLength: 1 }),
    links: fc.array(fc.tuple(name, name)),
  });
  fc.assert(
    fc.property(herd, ({ names, links }) => {
      const between = linked(
        ...links.filter(([a, b]) => names.includes(a) && names.includes(b) && a !== b),
      );
      const places = placeServers(names, between);
      assert.deepEqual([...places.keys()].sort(), [...names].sort());
      assert.deepEqual(placeServers([...names].reverse(), [...between].reverse()), places);
      const spots = new Set(
        [...places.values()].map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`),
      );
      assert.equal(spots.size, names.length);
      for (const { x, y } of places.values()) {
        assert.ok(x >= -1e-9 && x <= 1 + 1e-9 && y >= -1e-9 && y <= 1 + 1e-9);
      }
    }),
    { seed: 14 },
  );
});
