import { toScreen, type Camera } from './camera.ts';
import type { Box } from './label-room.ts';
import type { WorldPoint } from './mercator.ts';

/* A name that the map itself shows. Its library does not say where its letters are: this is about there. */

/** About the size of their letters, in pixels, and the widest line, in letters' widths. */
const LETTER_PX = 6.5;
const LINE_PX = 15;
const MOST_IN_LINE = 14;

/** A name on the map. */
export interface MapName {
  readonly at: WorldPoint;
  readonly text: string;
}

/** What of the screen a name takes. */
export function boxOfName({ at, text }: MapName, camera: Camera): Box {
  const { x, y } = toScreen(camera, at);
  const half = {
    width: (Math.min(text.length, MOST_IN_LINE) * LETTER_PX) / 2,
    height: (Math.ceil(text.length / MOST_IN_LINE) * LINE_PX) / 2,
  };
  return {
    left: x - half.width,
    top: y - half.height,
    right: x + half.width,
    bottom: y + half.height,
  };
}
