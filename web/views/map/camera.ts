import { nearestCopy, worldPx, type WorldPoint } from './mercator.ts';

/** Where the map is. */
export interface Camera {
  readonly centre: WorldPoint;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/** Where a point is on the screen. */
export function toScreen(camera: Camera, point: WorldPoint): WorldPoint {
  return project(camera, nearestCopy(point, camera.centre));
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

function project({ centre, zoom, width, height }: Camera, { x, y }: WorldPoint): WorldPoint {
  const world = worldPx(zoom);
  return { x: width / 2 + (x - centre.x) * world, y: height / 2 + (y - centre.y) * world };
}
