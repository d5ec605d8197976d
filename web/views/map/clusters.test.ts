import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clusterize, CLUSTERS_BELOW_ZOOM } from './clusters.ts';
import type { WorldPoint } from './mercator.ts';

const many = Array.from({ length: 30 }, (_, n): WorldPoint => ({ x: 0.3 + n * 1e-6, y: 0.4 }));
const few = Array.from({ length: 3 }, (_, n): WorldPoint => ({ x: 0.7 + n * 1e-6, y: 0.4 }));
const own = (point: WorldPoint): WorldPoint => point;

test('many in one place are one cluster, a few stay by themselves', () => {
  const clusters = clusterize([...many, ...few], 4, own);
  assert.equal(clusters.length, 1);
  assert.equal(clusters[0]?.members.length, 30);
  assert.ok(Math.abs((clusters[0]?.at.x ?? 0) - 0.3000145) < 1e-9);
});

test('nobody is in two clusters, and moving the map changes none', () => {
  const spread = Array.from({ length: 500 }, (_, n) => ({ x: (n % 25) / 25, y: n / 500 }));
  const members = clusterize(spread, 2.2, own).flatMap((cluster) => cluster.members);
  assert.equal(new Set(members).size, members.length);
  assert.deepEqual(clusterize(spread, 2.2, own), clusterize(spread, 2.9, own));
});

test('close to the ground there are none', () => {
  assert.deepEqual(clusterize(many, CLUSTERS_BELOW_ZOOM, own), []);
});
