import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';
import { createPause } from './pause.ts';

function failure(what: Partial<UpstreamFailure>): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_REFUSED',
    status: 'UNKNOWN_ERROR',
    message: 'no',
    ...what,
  });
}

for (const [what, error, pauseMs] of [
  ['a limit that is reached', failure({ status: 'OVER_QUERY_LIMIT' }), 60_000],
  ['a limit with its time', failure({ status: 'OVER_QUERY_LIMIT', retryAfterMs: 5_000 }), 5_000],
  ['a refused key', failure({ status: 'REQUEST_DENIED' }), 10_000],
  ['a failure with a time', failure({ retryAfterMs: 2_000 }), 2_000],
] as const) {
  test(`${what} begins a pause of ${pauseMs} ms`, () => {
    let now = 1_000;
    const pause = createPause(() => now);
    pause.check();
    pause.learn(error);
    now += pauseMs - 1;
    assert.throws(() => pause.check(), error);
    now += 1;
    pause.check();
  });
}

test('other failures begin none, and none shortens one', () => {
  const pause = createPause(() => 1_000);
  pause.learn(failure({}));
  pause.learn(failure({ status: 'INVALID_REQUEST' }));
  pause.check();
  const long = failure({ retryAfterMs: 9_000 });
  pause.learn(long);
  pause.learn(failure({ retryAfterMs: 1_000 }));
  assert.throws(() => pause.check(), long);
});

test('a clock that is set back ends it', () => {
  let now = 1_000_000;
  const pause = createPause(() => now);
  pause.learn(failure({ retryAfterMs: 1_000 }));
  now -= 1;
  pause.check();
});
