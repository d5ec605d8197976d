import assert from 'node:assert/strict';
import test from 'node:test';

import { negotiate } from './accept.ts';

const TYPES = ['application/json', 'application/geo+json'];

for (const [header, expected] of [
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/geo+json', 'application/geo+json'],
  ['Application/GEO+json; charset=utf-8', 'application/geo+json'],
  ['application/geo+json, */*;q=0.1', 'application/geo+json'],
  ['application/geo+json;q=0.5, application/json', 'application/json'],
  ['application/json;q=0, */*', 'application/geo+json'],
  ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
  ['text/html', undefined],
  ['*/*;q=0', undefined],
] as const) {
  test(`${header ?? 'nothing'} gets ${expected ?? 'nothing'}`, () => {
    assert.equal(negotiate(header, TYPES), expected);
  });
}
