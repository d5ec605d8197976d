import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import fc from 'fast-check';

import { createWallClock } from './wall-clock.ts';

fc.configureGlobal({ seed: 23 });

const MILLISECOND = 1_000_000n;

/** The system's two clocks, set by the test: the true time, and how far each has counted. */
class SystemClocks {
  /** Nanoseconds since the epoch. */
  time = 1_621_464_828n * 1000n * MILLISECOND;
  /** How far the system's time of day is off. */
  offset = 0n;
  /** How long the process is held up once the steady clock has been read. */
  pause = 0n;

  constructor({ mock }: TestContext) {
    mock.method(Date, 'now', () => Number(this.dayTime / MILLISECOND));
    mock.method(process.hrtime, 'bigint', () => {
      const steady = this.time - 1_000_000_000_000n;
      this.time += this.pause;
      return steady;
    });
  }

  /** What the system takes for the time of day, in nanoseconds. */
  get dayTime(): bigint {
    return this.time + this.offset;
  }
}

/** A clock of ours, in nanoseconds since the epoch. */
function createClock(): () => bigint {
  const now = createWallClock();
  return () => {
    const { seconds, nanoseconds } = now();
    return BigInt(seconds) * 1000n * MILLISECOND + BigInt(nanoseconds);
  };
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}

test('the clock says what the system says, within 2 ms', () => {
  const now = createClock();
  for (let i = 0; i < 1000; i++) {
    const before = BigInt(Date.now()) * MILLISECOND;
    const time = now();
    const after = BigInt(Date.now()) * MILLISECOND;
    assert.ok(time >= before - 2n * MILLISECOND && time <= after + 3n * MILLISECOND);
  }
});

test('the clock counts single nanoseconds', (t) => {
  const system = new SystemClocks(t);
  const now = createClock();
  const start = now();
  system.time += 1n;
  assert.equal(now(), start + 1n);
  system.time += 1_234_567_891n;
  assert.equal(now(), start + 1_234_567_892n);
});

test('the clock never goes back and keeps within 2 ms, while the system is not set', (t) => {
  const system = new SystemClocks(t);
  const steps = fc.array(fc.bigInt({ min: 0n, max: 5n * 1000n * MILLISECOND }));
  fc.assert(
    fc.property(steps, (steps) => {
      const now = createClock();
      let last = now();
      for (const step of steps) {
        system.time += step;
        const time = now();
        assert.ok(time >= last);
        assert.ok(distance(time, system.dayTime) <= 2n * MILLISECOND);
        last = time;
      }
    }),
  );
});

describe('when the system is set', () => {
  const changes: [how: string, change: bigint][] = [
    ['forward an hour', 3_600_000n * MILLISECOND],
    ['back an hour', -3_600_000n * MILLISECOND],
    ['forward 10 ms', 10n * MILLISECOND],
    ['back 10 ms', -10n * MILLISECOND],
  ];
  for (const [how, change] of changes) {
    test(`${how}, the clock follows`, (t) => {
      const system = new SystemClocks(t);
      const now = createClock();
      now();
      system.offset = change;
      system.time += 1n;
      assert.ok(distance(now(), system.dayTime) <= 2n * MILLISECOND);
    });
  }

  test('ever so slowly, the clock follows', (t) => {
    const system = new SystemClocks(t);
    const now = createClock();
    for (let i = 0; i < 10_000; i++) {
      system.time += MILLISECOND;
      system.offset += 1000n;
      assert.ok(distance(now(), system.dayTime) <= 3n * MILLISECOND);
    }
  });
});

test('a pause between the readings of the two clocks does not set the clock back', (t) => {
  const system = new SystemClocks(t);
  const now = createClock();
  let last = now();
  for (const pause of [0n, 1n, 20n, 0n, 3n, 0n, 0n]) {
    system.pause = pause * MILLISECOND;
    system.time += 1n;
    const time = now();
    assert.ok(time >= last);
    assert.ok(distance(time, system.dayTime) <= 2n * MILLISECOND);
    last = time;
  }
});
