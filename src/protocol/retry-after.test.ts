import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2025-06-01T12:00:00Z');
const DAY_MS = 86_400_000;

for (const [value, expected] of [
  ['120', 120_000],
  ['1.5', 1_500],
  ['0.001', 1_000],
  ['Sun, 01 Jun 2025 12:00:30 GMT', 30_000],
  ['Sunday, 01-Jun-25 12:00:30 GMT', 30_000],
  ['Sun Jun  1 12:00:30 2025', 30_000],
  ['99999999999999999999', DAY_MS],
  ['Mon, 01 Jun 2035 12:00:00 GMT', DAY_MS],
  ['0', undefined],
  ['0.0', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['2035', 2_035_000],
  ['2035-06-01', undefined],
  ['Sun, 01 Jun 2025 11:00:00 GMT', undefined],
  ['Sunday', undefined],
  ['', undefined],
  ['soon', undefined],
] as const) {
  test(`Retry-After: ${value} is ${expected} ms`, () => {
    assert.equal(parseRetryAfter(value, NOW), expected);
  });
}
