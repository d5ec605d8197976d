import { nearestCopy, worldPx, type WorldPoint } from './mercator.ts';

/** Where the map is. */
export interface Camera {
  readonly centre: WorldPoint;
  readonly zoom: number;
  /** How wide the world is at that zoom, in pixels. */
  readonly worldPx: number;
  /** The size of the screen, in pixels. */
  readonly width: number;
  readonly height: number;
}

export function cameraAt(
  centre: WorldPoint,
  zoom: number,
  { width, height }: { readonly width: number; readonly height: number },
): Camera {
  return { centre, zoom, worldPx: worldPx(zoom), width, height };
}

/** Where a point is on the screen. */
export function toScreen(camera: Camera, point: WorldPoint): WorldPoint {
  return project(camera, nearestCopy(point, camera.centre));
}

/** Whether a place on the screen is on it, or so many pixels beside it. */
export function isNear({ width, height }: Camera, x: number, y: number, by: number): boolean {
  return x > -by && x < width + by && y > -by && y < height + by;
}

/**
 * Where the points of a path are on the screen. Each stands next to the one before: a path over the antimeridian has no line
 * around the world.
 */
export function pathOnScreen(camera: Camera, points: readonly WorldPoint[]): WorldPoint[] {
  let last = camera.centre;
  return points.map((point) => {
    last = nearestCopy(point, last);
    return project(camera, last);
  });
}

function project({ centre, worldPx, width, height }: Camera, { x, y }: WorldPoint): WorldPoint {
  return { x: width / 2 + (x - centre.x) * worldPx, y: height / 2 + (y - centre.y) * worldPx };
}
