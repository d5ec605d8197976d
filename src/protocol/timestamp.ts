/** Nanoseconds, exact; of a point in time, since the POSIX epoch. */
export type Nanoseconds = bigint;

const TIMESTAMP = /^(\d+)(?:\.(\d{1,9}))?$/;
const SKEW = /^([+-])(\d+)\.(\d{9})$/;
export const NANOSECONDS_A_MILLISECOND = 1_000_000n;
const NANOSECONDS_A_SECOND = 1_000_000_000n;

/** Reads POSIX seconds: digits with at most nine decimals. `undefined` where it is not that. */
export function parseTimestamp(text: string): Nanoseconds | undefined {
  const match = TIMESTAMP.exec(text);
  return match === null ? undefined : BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(9, '0'));
}

/** Writes a duration as seconds with its sign and nine decimals: `+0.263873386`; zero is positive. */
export function formatSkew(skew: Nanoseconds): string {
  const magnitude = skew < 0n ? -skew : skew;
  const decimals = (magnitude % NANOSECONDS_A_SECOND).toString().padStart(9, '0');
  return `${skew < 0n ? '-' : '+'}${magnitude / NANOSECONDS_A_SECOND}.${decimals}`;
}

/** Reads what `formatSkew` writes. `undefined` where it is not that. */
export function parseSkew(text: string): Nanoseconds | undefined {
  const match = SKEW.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt((match[2] ?? '') + (match[3] ?? ''));
  return match[1] === '-' ? -magnitude : magnitude;
}
