import assert from 'node:assert/strict';
import test from 'node:test';

import { isAmong } from './herd-origins.ts';

test('a page is of a gateway by any name of loopback, and by no other name or port', () => {
  const herd = ['http://127.0.0.1:13645', 'http://127.0.0.1:13646', 'https://herd.example'];
  for (const [origin, expected] of [
    ['http://127.0.0.1:13646', true],
    ['http://localhost:13646', true],
    ['http://[::1]:13646', true],
    ['https://herd.example', true],
    ['http://localhost:13647', false],
    ['https://localhost:13646', false],
    ['http://localhost', false],
    ['http://localhost.evil.example:13646', false],
    ['http://192.168.0.7:13646', false],
    ['https://localhost', false],
    ['null', false],
    ['', false],
  ] as const) {
    assert.equal(isAmong(origin, herd), expected, origin);
  }
});
