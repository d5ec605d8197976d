import type { WorldPoint } from './mercator.ts';

/** The most points of one client's trail: half an hour of a fix every ten seconds. */
const MAX_POINTS = 180;
/** The most points of all trails together: 8 MB. Where they would be more, each trail has half as many at most. */
const MAX_ALL_POINTS = 1_000_000;
/** A trail begins with room for so many points. */
const FIRST_ROOM = 8;
/** Fixes closer than this are one point of a trail: some 4 m at the equator. */
const LEAST_STEP = 1e-7;
/** Points are kept as whole numbers of 32 bits, of this part of the world's width: a centimetre. */
const UNIT = 2 ** -32;
const MAX_UINT32 = 2 ** 32 - 1;

/** The newest points of one client, the oldest first: x and y in turn. */
interface Trail {
  xy: Uint32Array;
  count: number;
}

/** Where the clients have been since the page was opened. */
export class Trails {
  readonly #trails = new Map<string, Trail>();
  /** The most points that each trail has now. */
  #share = MAX_POINTS;

  /** Takes a fix of a client. */
  add(client: string, point: WorldPoint): void {
    const trail = this.#trails.get(client) ?? this.#begin(client);
    if (trail.count > 0) {
      const last = pointOf(trail, trail.count - 1);
      if (Math.hypot(point.x - last.x, point.y - last.y) < LEAST_STEP) return;
    }
    if (trail.count === this.#share) keepNewest(trail, this.#share - 1);
    if (2 * trail.count === trail.xy.length) {
      const grown = new Uint32Array(2 * Math.min(this.#share, 2 * trail.count));
      grown.set(trail.xy);
      trail.xy = grown;
    }
    trail.xy[2 * trail.count] = Math.round(point.x / UNIT); // of 180° it is 0, as of -180°
    trail.xy[2 * trail.count + 1] = Math.min(MAX_UINT32, Math.round(point.y / UNIT));
    trail.count++;
  }

  /** Forgets a client. */
  remove(client: string): void {
    this.#trails.delete(client);
    this.#share = shareOf(this.#trails.size);
  }

  /** The points of a client's trail, the oldest first. */
  of(client: string): readonly WorldPoint[] {
    const trail = this.#trails.get(client);
    if (trail === undefined) return [];
    return Array.from({ length: trail.count }, (_, n) => pointOf(trail, n));
  }

  #begin(client: string): Trail {
    const trail = { xy: new Uint32Array(2 * FIRST_ROOM), count: 0 };
    this.#trails.set(client, trail);
    const share = shareOf(this.#trails.size);
    if (share < this.#share) {
      for (const each of this.#trails.values()) shorten(each, share);
    }
    this.#share = share;
    return trail;
  }
}

/** The most points that each of so many trails may have. */
function shareOf(trails: number): number {
  let share = MAX_POINTS;
  while (share * trails > MAX_ALL_POINTS) share = Math.floor(share / 2);
  return share;
}

function pointOf({ xy }: Trail, n: number): WorldPoint {
  return { x: (xy[2 * n] ?? 0) * UNIT, y: (xy[2 * n + 1] ?? 0) * UNIT };
}

function keepNewest(trail: Trail, count: number): void {
  trail.xy.copyWithin(0, 2 * (trail.count - count), 2 * trail.count);
  trail.count = count;
}

/** Leaves a trail no more points than its share, and no more room. */
function shorten(trail: Trail, share: number): void {
  if (trail.count > share) keepNewest(trail, share);
  if (trail.xy.length > 2 * share) trail.xy = trail.xy.slice(0, 2 * share);
}
