import type { Position } from '../../protocol/position.ts';

/**
 * The centre of the box around positions, as Overpass gives it for ways. A box that would be wider than half the globe
 * crosses the antimeridian instead.
 */
export function centreOf(positions: Iterable<Position>): Position {
  let [south, north, west, east] = [Infinity, -Infinity, Infinity, -Infinity];
  // Of the western hemisphere as if it lay to the east of the other.
  let [eastWest, eastEast] = [Infinity, -Infinity];
  for (const { latitude, longitude } of positions) {
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    const shifted = longitude < 0 ? longitude + 360 : longitude;
    eastWest = Math.min(eastWest, shifted);
    eastEast = Math.max(eastEast, shifted);
  }
  const latitude = (south + north) / 2;
  if (east - west <= 180 || eastEast - eastWest >= east - west) {
    return { latitude, longitude: (west + east) / 2 };
  }
  const middle = (eastWest + eastEast) / 2;
  return { latitude, longitude: middle > 180 ? middle - 360 : middle };
}
