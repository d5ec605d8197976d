import type { WorldPoint } from './mercator.ts';

/** The most points of one client's trail: half an hour of a fix every ten seconds. */
const MAX_POINTS = 180;
/** The most points of all trails together: 16 MB. Beyond it no trail is begun. */
const MAX_ALL_POINTS = 500_000;
/** Fixes closer than this are one point of a trail: some 4 m at the equator. */
const LEAST_STEP = 1e-7;

/** Where the clients have been since the page was opened. */
export class Trails {
  readonly #points = new Map<string, WorldPoint[]>();
  #count = 0;

  /** Takes a fix of a client. */
  add(client: string, point: WorldPoint): void {
    let points = this.#points.get(client);
    if (points === undefined) {
      if (this.#count >= MAX_ALL_POINTS) return;
      points = [];
      this.#points.set(client, points);
    }
    const last = points.at(-1);
    if (last !== undefined && Math.hypot(point.x - last.x, point.y - last.y) < LEAST_STEP) return;
    points.push(point);
    if (points.length > MAX_POINTS) points.shift();
    else this.#count++;
  }

  /** Forgets a client. */
  remove(client: string): void {
    this.#count -= this.#points.get(client)?.length ?? 0;
    this.#points.delete(client);
  }

  /** The points of a client's trail, the oldest first. */
  of(client: string): readonly WorldPoint[] {
    return this.#points.get(client) ?? [];
  }
}
