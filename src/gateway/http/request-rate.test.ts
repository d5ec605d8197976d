import assert from 'node:assert/strict';
import test from 'node:test';

import type { Rate } from '../../access/rate-limiter.ts';
import { Problem } from './problems.ts';
import { RequestRate } from './request-rate.ts';

test('an address has so many requests at once and a second, and others theirs', () => {
  let current: Rate | undefined = { perSecond: 2, burst: 3 };
  const rate = new RequestRate(() => current && { ...current });
  const admitted = (address: string, nowMs: number): boolean => {
    try {
      rate.admit(address, nowMs);
      return true;
    } catch (error) {
      assert.ok(error instanceof Problem && error.code === 'too-many-requests');
      assert.equal(error.headers['retry-after'], '1');
      return false;
    }
  };
  const at = (address: string, nowMs: number, count: number): number =>
    Array.from({ length: count }, () => admitted(address, nowMs)).filter(Boolean).length;
  assert.equal(at('192.0.2.1', 0, 10), 3);
  assert.equal(at('192.0.2.2', 0, 10), 3);
  assert.equal(at('192.0.2.1', 1000, 10), 2, 'those that were refused took nothing');
  current = undefined;
  assert.equal(at('192.0.2.1', 1000, 10), 10, 'there is no limit any more');
});
