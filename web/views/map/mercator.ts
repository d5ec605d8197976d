/** A point of the map's square world: 0 to 1 from west to east and from north to south (Web Mercator). */
export interface WorldPoint {
  readonly x: number;
  readonly y: number;
}

/** Where the square world ends, in degrees. */
const MAX_LATITUDE = 85.051129;
/** The equator's length on WGS 84, in metres. */
const EQUATOR_M = 40_075_016.686;
/** The width of the world at zoom 0, in pixels. */
const TILE_PX = 512;

export function toWorld(latitude: number, longitude: number): WorldPoint {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude));
  const sine = Math.sin((clamped * Math.PI) / 180);
  return {
    x: (longitude + 180) / 360,
    y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI),
  };
}

/** The degrees of a point of the world; a longitude beyond 180 is wound back. */
export function toDegrees({ x, y }: WorldPoint): { latitude: number; longitude: number } {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return { latitude, longitude: (x - Math.floor(x)) * 360 - 180 };
}

/** The width of the world, in pixels. */
export function worldPx(zoom: number): number {
  return TILE_PX * 2 ** zoom;
}

/** How many pixels a metre has at a latitude. */
export function pxPerMetre(latitude: number, zoom: number): number {
  return worldPx(zoom) / (EQUATOR_M * Math.cos((latitude * Math.PI) / 180));
}

/** The copy of a point that is nearest to another one, over the antimeridian where that is shorter. */
export function nearestCopy(point: WorldPoint, to: WorldPoint): WorldPoint {
  return { x: point.x - Math.round(point.x - to.x), y: point.y };
}
