import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ageOf, type Age } from './freshness.ts';

const FRESHNESS = {
  ttlMs: 1000,
  zeroTtlMs: 100,
  staleWhileRevalidateMs: 50,
  staleIfErrorMs: 500,
};

function ages(
  status: 'OK' | 'ZERO_RESULTS',
  atMs: readonly number[],
  freshness = FRESHNESS,
): Age[] {
  const page = { html_attributions: [], results: [], status };
  return atMs.map((now) => ageOf({ page, fetchedMs: 0 }, freshness, now));
}

test('a page is fresh, then stale, then spare, then spent', () => {
  assert.deepEqual(ages('OK', [0, 1000, 1001, 1050, 1051, 1500, 1501]), [
    'fresh',
    'fresh',
    'stale',
    'stale',
    'spare',
    'spare',
    'spent',
  ]);
});

test('one with no results is so sooner, and never later than another', () => {
  assert.deepEqual(ages('ZERO_RESULTS', [100, 101, 151, 601]), [
    'fresh',
    'stale',
    'spare',
    'spent',
  ]);
  assert.deepEqual(ages('ZERO_RESULTS', [1000, 1001], { ...FRESHNESS, zeroTtlMs: 5000 }), [
    'fresh',
    'stale',
  ]);
});

test('one from the future is spent', () => {
  assert.deepEqual(ages('OK', [-1]), ['spent']);
});
