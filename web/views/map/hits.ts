import { toScreen, type Camera } from './camera.ts';
import { discRadiusPx, largestCount, type Cluster } from './clusters.ts';
import { positionAt } from './glide.ts';
import type { Marker } from './markers.ts';
import type { WorldPoint } from './mercator.ts';

/* What is at a place on the screen. */

/** A click is meant for what is so near, in pixels: fingers are wide. */
const CLICK_PX = 18;

/** The cluster whose disc is at a place. */
export function clusterAt(
  camera: Camera,
  clusters: readonly Cluster[],
  { x, y }: WorldPoint,
): Cluster | undefined {
  const largest = largestCount(clusters);
  return clusters.find(({ at, count }) => {
    const shown = toScreen(camera, at);
    return Math.hypot(shown.x - x, shown.y - y) <= discRadiusPx(count, largest);
  });
}

/** The marker that is nearest to a place, where one is near enough. */
export function markerAt(
  camera: Camera,
  markers: readonly Marker[],
  nowMs: number,
  { x, y }: WorldPoint,
): Marker | undefined {
  let nearest: Marker | undefined;
  let nearestPx = CLICK_PX;
  for (const marker of markers) {
    if (marker.isHidden) continue;
    const shown = toScreen(camera, positionAt(marker.glide, nowMs));
    const distance = Math.hypot(shown.x - x, shown.y - y);
    if (distance >= nearestPx) continue;
    nearest = marker;
    nearestPx = distance;
  }
  return nearest;
}
