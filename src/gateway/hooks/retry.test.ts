import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { giveUpReason, isDelivered, isRefusal, pauseMs, type AttemptOutcome } from './retry.ts';

fc.configureGlobal({ seed: 32, numRuns: 300 });

const answered = (status: number, retryAfterMs?: number): AttemptOutcome => ({
  kind: 'answered',
  status,
  retryAfterMs,
});
const failed = (code: 'timeout' | 'redirected'): AttemptOutcome => ({
  kind: 'failed',
  code,
  detail: '',
});

test('2xx is delivered; most of 4xx and a redirect are refusals', () => {
  for (const [outcome, what] of [
    [answered(200), 'delivered'],
    [answered(204), 'delivered'],
    [answered(299), 'delivered'],
    [answered(304), 'refused'],
    [answered(400), 'refused'],
    [answered(401), 'refused'],
    [answered(404), 'refused'],
    [answered(410), 'refused'],
    [failed('redirected'), 'refused'],
    [answered(408), 'failed'],
    [answered(425), 'failed'],
    [answered(429), 'failed'],
    [answered(500), 'failed'],
    [answered(503), 'failed'],
    [failed('timeout'), 'failed'],
  ] as const) {
    const found = isDelivered(outcome) ? 'delivered' : isRefusal(outcome) ? 'refused' : 'failed';
    assert.equal(found, what, JSON.stringify(outcome));
  }
});

test('a delivery is given up when it was refused five times, or tried for an hour', () => {
  const hourMs = 3_600_000;
  assert.equal(giveUpReason({ refusals: 4, triedMs: hourMs - 1 }), undefined);
  assert.equal(giveUpReason({ refusals: 5, triedMs: 0 }), 'refused');
  assert.equal(giveUpReason({ refusals: 0, triedMs: hourMs }), 'expired');
});

test('pauses double up to a minute, half of each at random', () => {
  const pauses = (random: number): number[] =>
    [1, 2, 3, 6, 7, 8, 5000].map((failures) => pauseMs(failures, failed('timeout'), random));
  assert.deepEqual(pauses(0), [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
  const longest = pauses(1 - Number.EPSILON);
  assert.deepEqual(longest, [1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000]);
});

test('the receiver may ask for more, up to ten minutes', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 2000 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    fc.option(fc.integer({ min: 0, max: 86_400_000 }), { nil: undefined }),
    (failures, random, retryAfterMs) => {
      const ms = pauseMs(failures, answered(503, retryAfterMs), random);
      const ownMs = pauseMs(failures, answered(503), random);
      assert.ok(ownMs >= 500 && ownMs <= 60_000);
      assert.equal(ms, Math.max(ownMs, Math.min(retryAfterMs ?? 0, 600_000)));
    },
  );
  fc.assert(property);
});
