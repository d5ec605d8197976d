import { worldPx, type WorldPoint } from './mercator.ts';

/** Cells are so wide, in pixels: a disc and the room around it. */
const CELL_PX = 72;
/** So many in a cell are shown as a disc with their number. */
const LEAST_CLIENTS = 8;

/** From this zoom on every client is shown by itself. */
export const CLUSTERS_BELOW_ZOOM = 11;

/** Discs are no larger than this, in pixels. */
const MOST_RADIUS_PX = 32;
const LEAST_RADIUS_PX = 12;
/** A disc of so many clients is one of the largest, where there is none of more. */
const LARGE_COUNT = 225;

/** Clients that are so close on the screen that their number says more. */
export interface Cluster {
  /** The middle of them. */
  readonly at: WorldPoint;
  readonly count: number;
}

/** One whose clients the page has. */
export interface MarkerCluster<T> extends Cluster {
  readonly members: readonly T[];
}

/**
 * Puts markers into the cells of a grid. Its cells change with whole steps of the zoom alone, so that moving the map moves nobody
 * from one to another.
 *
 * @param positionOf where a marker is
 */
export function clusterize<T>(
  markers: Iterable<T>,
  zoom: number,
  positionOf: (marker: T) => WorldPoint,
): MarkerCluster<T>[] {
  if (zoom >= CLUSTERS_BELOW_ZOOM) return [];
  const cells = Math.max(1, worldPx(Math.floor(zoom)) / CELL_PX);
  const byCell = new Map<number, { members: T[]; x: number; y: number }>();
  for (const marker of markers) {
    const { x, y } = positionOf(marker);
    const wound = x - Math.floor(x);
    const key = Math.floor(wound * cells) * 2 ** 26 + Math.floor(y * cells);
    let cell = byCell.get(key);
    if (cell === undefined) {
      cell = { members: [], x: 0, y: 0 };
      byCell.set(key, cell);
    }
    cell.members.push(marker);
    cell.x += wound;
    cell.y += y;
  }
  return [...byCell.values()]
    .filter(({ members }) => members.length >= LEAST_CLIENTS)
    .map(({ members, x, y }) => ({
      at: { x: x / members.length, y: y / members.length },
      count: members.length,
      members,
    }));
}

/** The radius of a disc in pixels, by its count and the largest one: its area follows the count. */
export function discRadiusPx(count: number, largest: number): number {
  const part = Math.sqrt(count / Math.max(LARGE_COUNT, largest));
  return LEAST_RADIUS_PX + (MOST_RADIUS_PX - LEAST_RADIUS_PX) * part;
}

/** The largest count of some clusters. */
export function largestCount(clusters: readonly Cluster[]): number {
  return clusters.reduce((largest, { count }) => Math.max(largest, count), 0);
}
