import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HttpCounts } from './http-counts.ts';

test('answers count by method, route and status, and how long they took by route', () => {
  const counts = new HttpCounts();
  const get = { method: 'GET', route: '/a/{id}', isStream: false, milliseconds: 3 };
  counts.note({ ...get, status: 200 });
  counts.note({ ...get, status: 200, milliseconds: 7000 });
  counts.note({ ...get, status: 404 });
  counts.note({ ...get, route: undefined, status: 404 });
  assert.deepEqual(counts.answers, [
    { method: 'GET', route: '/a/{id}', status: 200, count: 2 },
    { method: 'GET', route: '/a/{id}', status: 404, count: 1 },
    { method: 'GET', route: 'none', status: 404, count: 1 },
  ]);
  const [first, second] = counts.durations;
  assert.equal(first?.route, '/a/{id}');
  assert.equal(
    first.durations.counts.reduce((sum, count) => sum + count),
    3,
  );
  assert.equal(first.durations.counts.at(-1), 1);
  assert.equal(second?.route, 'none');
});

test('the life of a stream is not the time of an answer', () => {
  const counts = new HttpCounts();
  const answer = { method: 'GET', route: '/stream', isStream: true };
  counts.note({ ...answer, status: 200, milliseconds: 1_800_000 });
  assert.equal(counts.answers.length, 1);
  assert.deepEqual(counts.durations, []);
});
