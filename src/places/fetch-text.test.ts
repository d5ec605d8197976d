import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseRetryAfter } from './fetch-text.ts';

const NOW = Date.parse('2025-06-01T12:00:00Z');
const DAY_MS = 86_400_000;

for (const [value, expected] of [
  ['0', 0],
  ['120', 120_000],
  ['Sun, 01 Jun 2025 12:00:30 GMT', 30_000],
  ['Sun, 01 Jun 2025 11:00:00 GMT', 0],
  ['99999999999999999999', DAY_MS],
  ['Mon, 01 Jun 2035 12:00:00 GMT', DAY_MS],
  ['', undefined],
  ['soon', undefined],
] as const) {
  test(`Retry-After: ${value} is ${expected} ms`, () => {
    assert.equal(parseRetryAfter(value, NOW), expected);
  });
}
