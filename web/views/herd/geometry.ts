import type { Place } from './layout.ts';

/** A point of the picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The picture's size, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How much room there is around the outermost servers, in pixels: for their circles and names. */
const ROOM = { side: 56, top: 68, bottom: 64 };
/** The radius of a server's circle, in pixels. */
export const NODE_RADIUS = 20;
/** The two directions of a link are so far from its middle, in pixels. */
const OFFSET = 3;
/** Lines end so far from a circle, in pixels. */
const GAP = 5;

/** Where a place is in a picture of that size. */
export function pointOf({ x, y }: Place, { width, height }: Size): Point {
  return {
    x: ROOM.side + x * Math.max(0, width - 2 * ROOM.side),
    y: ROOM.top + y * Math.max(0, height - ROOM.top - ROOM.bottom),
  };
}

/** A straight line. */
export interface Line {
  readonly from: Point;
  readonly to: Point;
}

/** The line between two circles. */
export function lineBetween(from: Point, to: Point): Line {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const trim = Math.min(NODE_RADIUS + GAP, length / 2);
  return {
    from: { x: from.x + dx * trim, y: from.y + dy * trim },
    to: { x: to.x - dx * trim, y: to.y - dy * trim },
  };
}

/** The line of what goes from one circle to the other, beside the middle: the way back has its own. */
export function directedLine(from: Point, to: Point): Line {
  const middle = lineBetween(from, to);
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [((to.x - from.x) / length) * OFFSET, ((to.y - from.y) / length) * OFFSET];
  return {
    from: { x: middle.from.x - dy, y: middle.from.y + dx },
    to: { x: middle.to.x - dy, y: middle.to.y + dx },
  };
}

/** How thick the line of a direction is, in pixels: 1 for nothing, 1.5 more for each tenfold. */
export function thicknessOf(rate: number | undefined): number {
  return Math.min(7, 1 + 1.5 * Math.log10(1 + (rate ?? 0)));
}

/** The point at a part of the way, from 0 to 1. */
export function pointOn({ from, to }: Line, part: number): Point {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
