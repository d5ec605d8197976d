import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { WorldPoint } from './mercator.ts';
import { Trails } from './trails.ts';

/** Points are kept to a centimetre: in parts of the world's width. */
const EXACT_TO = 2 ** -32;

test('a trail has the last fixes, and none that is where the one before was', () => {
  const trails = new Trails();
  for (let n = 0; n < 500; n++) {
    trails.add('kiwi', { x: n / 1000, y: 0.5 });
    trails.add('kiwi', { x: n / 1000, y: 0.5 });
  }
  const points = trails.of('kiwi');
  assert.equal(points.length, 180);
  points.forEach((point, n) => assertAt(point, { x: (n + 320) / 1000, y: 0.5 }));
  trails.remove('kiwi');
  assert.deepEqual(trails.of('kiwi'), []);
});

test('at the edges of the world a point stays where it is', () => {
  const trails = new Trails();
  trails.add('tern', { x: 0.999, y: 0.999 });
  trails.add('tern', { x: 1, y: 1 });
  const last = trails.of('tern').at(-1);
  assertAt(last, { x: 0, y: 1 });
});

test('all trails together have a million points at most: the more clients, the fewer each', () => {
  const trails = new Trails();
  const clients = Array.from({ length: 6000 }, (_, n) => `client-${n}`);
  const moving = clients.slice(0, 5);
  const lengths = (): number[] => moving.map((client) => trails.of(client).length);
  const move = (from: number): void => {
    for (let n = from; n < from + 200; n++) {
      for (const client of moving) trails.add(client, { x: n / 1000, y: 0.5 });
    }
  };
  for (const client of clients.slice(0, 5000)) trails.add(client, { x: 0.5, y: 0.5 });
  move(0);
  assert.deepEqual(lengths(), [180, 180, 180, 180, 180]);
  for (const client of clients.slice(5000)) trails.add(client, { x: 0.5, y: 0.5 });
  assert.deepEqual(lengths(), [90, 90, 90, 90, 90]);
  assertAt(trails.of('client-0')[0], { x: 0.11, y: 0.5 });
  move(200);
  assert.deepEqual(lengths(), [90, 90, 90, 90, 90]);
  assertAt(trails.of('client-0').at(-1), { x: 0.399, y: 0.5 });
  for (const client of clients.slice(5000)) trails.remove(client);
  move(400);
  assert.deepEqual(lengths(), [180, 180, 180, 180, 180]);
});

function assertAt(point: WorldPoint | undefined, { x, y }: WorldPoint): void {
  assert.ok(point !== undefined && Math.abs(point.x - x) <= EXACT_TO, `x: ${point?.x}`);
  assert.ok(Math.abs(point.y - y) <= EXACT_TO, `y: ${point.y}`);
}
