import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import type { PlaceCircle } from '../provider.ts';
import { UNITS_PER_DEGREE, valueAt, type PlaceColumns, type PlaceNodes } from './place-index.ts';

const DEGREES_PER_RADIAN = 180 / Math.PI;
/** How much farther than the radius counts as within reach: far more than the errors of arithmetic. */
const SLACK_METRES = 1;
/** All around the globe. */
const ROUND = 360 * UNITS_PER_DEGREE;

/** Says of places and boxes, by their numbers, whether they are surely outside a circle. */
export interface BeyondReach {
  place(columns: Pick<PlaceColumns, 'latitudes' | 'longitudes'>, row: number): boolean;
  box(nodes: Pick<PlaceNodes, 'boxes'>, row: number): boolean;
}

/**
 * Finds what is surely outside a circle without trigonometry, which takes most of the time of a search: what lies north, south,
 * east or west of the box around the circle.
 *
 * Its half height is the angle of the radius, δ. The meridians that touch the circle are asin(sin δ / cos φ) away from
 * its centre; where it has a pole in it, no meridian misses it.
 */
export function beyondReach({ latitude, longitude, radiusMetres }: PlaceCircle): BeyondReach {
  const angle = (radiusMetres + SLACK_METRES) / EARTH_RADIUS_METRES;
  const cosine = Math.cos(latitude / DEGREES_PER_RADIAN);
  const hasPole = angle >= Math.PI / 2 || Math.sin(angle) >= cosine;
  const unitsOf = (radians: number): number => radians * DEGREES_PER_RADIAN * UNITS_PER_DEGREE;
  const height = unitsOf(angle);
  const width = hasPole ? ROUND : unitsOf(Math.asin(Math.sin(angle) / cosine));
  const [y, x] = [latitude * UNITS_PER_DEGREE, longitude * UNITS_PER_DEGREE];

  function apart(meridian: number): number {
    const units = Math.abs(meridian - x);
    return Math.min(units, ROUND - units);
  }

  return {
    place({ latitudes, longitudes }, row) {
      return (
        Math.abs(valueAt(latitudes, row) - y) > height || apart(valueAt(longitudes, row)) > width
      );
    },
    box({ boxes }, row) {
      const [south, west] = [valueAt(boxes, row * 4), valueAt(boxes, row * 4 + 1)];
      const [north, east] = [valueAt(boxes, row * 4 + 2), valueAt(boxes, row * 4 + 3)];
      if (south - y > height || y - north > height) return true;
      return (x < west || x > east) && apart(west) > width && apart(east) > width;
    },
  };
}
