import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UpstreamError } from '../upstream-error.ts';
import { Breaker } from './breaker.ts';

function failure(message: string): UpstreamError {
  return new UpstreamError({ code: 'UPSTREAM_CONNECTION', status: 'UNKNOWN_ERROR', message });
}

/** A breaker that five failures in a row have opened, and its clock. */
function opened(): { breaker: Breaker; clock: { nowMs: number } } {
  const clock = { nowMs: 0 };
  const breaker = new Breaker(() => clock.nowMs);
  for (let i = 1; i <= 5; i++) breaker.admit().failed(failure(`broken ${i}`));
  return { breaker, clock };
}

test('the wait doubles with each probe that fails, up to half a minute, and begins anew', () => {
  const { breaker, clock } = opened();
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    clock.nowMs += seconds * 1_000 - 1;
    assert.throws(() => breaker.admit(), /broken/, `after ${seconds} s`);
    clock.nowMs += 1;
    breaker.admit().failed(failure('still broken'));
  }
  clock.nowMs += 30_000;
  breaker.admit().answered();
  for (let i = 0; i < 5; i++) breaker.admit().failed(failure('broken again'));
  clock.nowMs += 1_000;
  breaker.admit();
});

test('a call from before it opened does not decide for the probe, unless it is answered', () => {
  const clock = { nowMs: 0 };
  const breaker = new Breaker(() => clock.nowMs);
  const [slow, slower] = [breaker.admit(), breaker.admit()];
  for (let i = 1; i <= 5; i++) breaker.admit().failed(failure('broken'));
  clock.nowMs = 1_000;
  const probe = breaker.admit();
  slow.failed(failure('late'));
  slow.toldNothing();
  assert.throws(() => breaker.admit(), /broken/);
  probe.toldNothing();
  breaker.admit();
  assert.throws(() => breaker.admit(), /broken/);
  slower.answered();
  breaker.admit();
  breaker.admit();
});
