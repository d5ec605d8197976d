import type { Instant } from '../protocol/timestamp.ts';

const NANOSECONDS_A_SECOND = 1_000_000_000n;
const NANOSECONDS_A_MILLISECOND = 1_000_000n;

/**
 * How far the two clocks may part before the anchor is set again, in nanoseconds: `Date.now` is cut
 * to milliseconds, and one more is left to the moment between reading the two.
 */
const MAX_DRIFT = 2n * NANOSECONDS_A_MILLISECOND;

/**
 * A clock of the time of day, to the nanosecond. The system's is read in milliseconds only: the steady
 * clock counts on from a reading of it, until the two part because the system's was set.
 */
export function createWallClock(): () => Instant {
  let anchor = 0n;
  return () => {
    const steady = process.hrtime.bigint();
    const system = BigInt(Date.now()) * NANOSECONDS_A_MILLISECOND;
    const drift = anchor + steady - system;
    if (drift > MAX_DRIFT || drift < -MAX_DRIFT) anchor = system - steady;
    const now = anchor + steady;
    return {
      seconds: Number(now / NANOSECONDS_A_SECOND),
      nanoseconds: Number(now % NANOSECONDS_A_SECOND),
    };
  };
}
