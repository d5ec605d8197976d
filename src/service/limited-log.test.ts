import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { LimitedLog, type LeftOut } from './limited-log.ts';

type TestEvent =
  | LeftOut
  | { readonly event: 'connection-refused'; readonly address: string; readonly reason: string }
  | { readonly event: 'accept-failed'; readonly detail: string };

const REFUSED: TestEvent = {
  event: 'connection-refused',
  address: '192.0.2.1:1',
  reason: 'connections',
};
const FAILED: TestEvent = { event: 'accept-failed', detail: 'accept EMFILE' };

/** A log of 10 lines in 10 seconds, and what gets through it. */
function sparing(t: TestContext): { log: LimitedLog<TestEvent>; lines: TestEvent[] } {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lines: TestEvent[] = [];
  return { log: new LimitedLog<TestEvent>({ write: (event) => lines.push(event) }), lines };
}

function repeat(log: LimitedLog<TestEvent>, event: TestEvent, count: number): void {
  for (let i = 0; i < count; i++) log.write(event);
}

describe('in an interval', () => {
  test('the first ten of each kind are logged, and at its end how many more there were', (t) => {
    const { log, lines } = sparing(t);
    repeat(log, REFUSED, 500);
    repeat(log, FAILED, 10);
    const ten = Array.from({ length: 10 });
    assert.deepEqual(lines, [...ten.map(() => REFUSED), ...ten.map(() => FAILED)]);
    t.mock.timers.tick(10_000);
    assert.deepEqual(lines.slice(20), [{ event: 'left-out', of: REFUSED.event, lines: 490 }]);
  });

  test('nothing is added where nothing was left out', (t) => {
    const { log, lines } = sparing(t);
    log.write(REFUSED);
    t.mock.timers.tick(60_000);
    assert.deepEqual(lines, [REFUSED]);
  });

  test('there are ten again after the one before', (t) => {
    const { log, lines } = sparing(t);
    for (let interval = 0; interval < 3; interval++) {
      repeat(log, REFUSED, 20);
      t.mock.timers.tick(10_000);
    }
    assert.equal(lines.filter(({ event }) => event === REFUSED.event).length, 30);
    assert.equal(lines.filter(({ event }) => event === 'left-out').length, 3);
  });

  test('that is cut short, what was left out is logged', (t) => {
    const { log, lines } = sparing(t);
    repeat(log, REFUSED, 11);
    log.endInterval();
    t.mock.timers.tick(60_000);
    assert.deepEqual(lines.slice(10), [{ event: 'left-out', of: REFUSED.event, lines: 1 }]);
  });
});
