import { nearestCopy, type WorldPoint } from './mercator.ts';

/** How a marker goes from where it was to its newest fix, and stays there. Times are in milliseconds of one clock. */
export interface Glide {
  readonly from: WorldPoint;
  readonly to: WorldPoint;
  readonly startMs: number;
  readonly durationMs: number;
}

/** A glide takes as long as the fixes are apart, within these bounds: it is never seen to jump, nor far behind. */
const SHORTEST_MS = 150;
const LONGEST_MS = 3000;

/** Who was not heard for longer, or has come farther, is shown there at once: nobody knows the way. */
const UNKNOWN_AFTER_MS = 60_000;
const UNKNOWN_BEYOND = 0.0005; // 20 km at the equator

/** Where a marker is at a time: never past its newest fix. */
export function positionAt({ from, to, startMs, durationMs }: Glide, nowMs: number): WorldPoint {
  if (nowMs >= startMs + durationMs) return to;
  const done = Math.max(0, (nowMs - startMs) / durationMs);
  return { x: from.x + (to.x - from.x) * done, y: from.y + (to.y - from.y) * done };
}

/** A marker that stays where it is. */
export function resting(at: WorldPoint): Glide {
  return { from: at, to: at, startMs: 0, durationMs: 0 };
}

/**
 * The glide to a new fix.
 *
 * @param gapMs how long after the one before the fix has come
 */
export function glideTo(last: Glide, fix: WorldPoint, nowMs: number, gapMs: number): Glide {
  const from = positionAt(last, nowMs);
  const to = nearestCopy(fix, from);
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  if (gapMs > UNKNOWN_AFTER_MS || distance > UNKNOWN_BEYOND) return resting(fix);
  return {
    from,
    to,
    startMs: nowMs,
    durationMs: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, gapMs)),
  };
}
