/*
 * Whether a ring of points is a simple polygon: no two sides have a point in common, but for neighbours, which share
 * the vertex between them. It is decided exactly: points are in 1e-7 degree, so they are whole numbers.
 */

/** A point in 1e-7 degree, whole numbers. */
export interface PointE7 {
  readonly latitudeE7: number;
  readonly longitudeE7: number;
}

/**
 * Below this a cross product of such numbers is not sure to have the right sign as a double: its two products are at
 * most 1.3e19, and are off by 1,024 each at most.
 */
const UNSURE_BELOW = 4096;

/** The first two sides, by the numbers of their first vertices, that cross or touch; `undefined` where none do. */
export function crossingSides(ring: readonly PointE7[]): readonly [number, number] | undefined {
  const sides = ring.map((point, index): Side => [point, ring[(index + 1) % ring.length] ?? point]);
  for (const [first, a] of sides.entries()) {
    for (let second = first + 1; second < sides.length; second++) {
      const b = sides[second];
      if (b === undefined) continue;
      const isNext = second === first + 1;
      const isBefore = first === 0 && second === sides.length - 1;
      const meets =
        isNext || isBefore ? foldsBack(isNext ? a : b, isNext ? b : a) : haveCommonPoint(a, b);
      if (meets) return [first, second];
    }
  }
  return undefined;
}

type Side = readonly [PointE7, PointE7];

/** Whether a side goes back over the one before it. */
function foldsBack([start, corner]: Side, [, end]: Side): boolean {
  if (turn(start, corner, end) !== 0) return false;
  return isBetween(start, end, corner) || isBetween(corner, start, end);
}

function haveCommonPoint([a, b]: Side, [c, d]: Side): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && isBetween(a, c, b)) ||
    (abd === 0 && isBetween(a, d, b)) ||
    (cda === 0 && isBetween(c, a, d)) ||
    (cdb === 0 && isBetween(c, b, d))
  );
}

/** 1 where one turns left at `b` on the way from `a` to `c`, -1 to the right, 0 straight on or back. */
function turn(a: PointE7, b: PointE7, c: PointE7): number {
  const [x, y] = [b.longitudeE7 - a.longitudeE7, b.latitudeE7 - a.latitudeE7];
  const [u, v] = [c.longitudeE7 - a.longitudeE7, c.latitudeE7 - a.latitudeE7];
  const cross = x * v - y * u;
  if (Math.abs(cross) >= UNSURE_BELOW) return Math.sign(cross);
  const exact = BigInt(x) * BigInt(v) - BigInt(y) * BigInt(u);
  return exact === 0n ? 0 : exact > 0n ? 1 : -1;
}

/** Whether a point of the same line as two others stands between them, or on one. */
function isBetween(a: PointE7, point: PointE7, b: PointE7): boolean {
  return (
    point.longitudeE7 >= Math.min(a.longitudeE7, b.longitudeE7) &&
    point.longitudeE7 <= Math.max(a.longitudeE7, b.longitudeE7) &&
    point.latitudeE7 >= Math.min(a.latitudeE7, b.latitudeE7) &&
    point.latitudeE7 <= Math.max(a.latitudeE7, b.latitudeE7)
  );
}
