import type { DegreeBox } from './degree-box.ts';

/**
 * The most that a fix's accuracy counts, in metres: a fix of a cell tower, which is good to some kilometres, is still
 * to tell when a client has gone to another town.
 */
const MAX_ACCURACY_M = 100;

/** The shape of a geofence, made ready to be compared with many positions, in degrees. */
export interface FenceArea {
  /** What has all of it: one box, or two where it crosses the antimeridian. */
  readonly boxes: readonly DegreeBox[];
  /**
   * Its area divided by its perimeter, in metres: about half as far as a point inside can be from the border; of a
   * circle half its radius.
   */
  readonly depthM: number;
  /** Whether a position is in it; the border is. */
  contains(latitude: number, longitude: number): boolean;
  /** How far the border is from a position, in metres; exact enough where it is near. */
  borderDistanceM(latitude: number, longitude: number): number;
}

/** Where a client was, in degrees. */
export interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  /** The radius in which it was; 0: exactly there. */
  readonly accuracyM: number;
  /** When, in seconds since the POSIX epoch; the fixes of a client rise in it. */
  readonly timeS: number;
}

/** How a fix is to a geofence; `unclear`: the client may be on either side of the border. */
export type Relation = 'inside' | 'outside' | 'unclear';

/**
 * How a fix is to an area. It is unclear where the border is nearer than the fix is accurate. Accuracies count up to
 * `MAX_ACCURACY_M`, and up to half the area's depth: so that a fix in the middle of a small area is inside it,
 * however inaccurate.
 */
export function relationOf(area: FenceArea, { latitude, longitude, accuracyM }: Fix): Relation {
  const relation = area.contains(latitude, longitude) ? 'inside' : 'outside';
  if (accuracyM === 0) return relation;
  const countedM = Math.min(accuracyM, MAX_ACCURACY_M, area.depthM / 2);
  return area.borderDistanceM(latitude, longitude) < countedM ? 'unclear' : relation;
}
