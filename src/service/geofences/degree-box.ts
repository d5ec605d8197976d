/** A part of the map in degrees; it does not cross the antimeridian. */
export interface DegreeBox {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

const TURN = 360;

/** The boxes, between the two ends of the map, of one whose longitudes go on beyond 180 degrees east or west. */
export function splitBox({ south, north, west, east }: DegreeBox): readonly DegreeBox[] {
  if (east - west >= TURN) return [{ south, north, west: -180, east: 180 }];
  return [-TURN, 0, TURN]
    .map((shift) => ({
      south,
      north,
      west: Math.max(west + shift, -180),
      east: Math.min(east + shift, 180),
    }))
    .filter((box) => box.west <= box.east);
}
