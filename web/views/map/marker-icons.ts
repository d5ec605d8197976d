import { ICON_PATHS } from '../../ui/client-icons.tsx';
import { cssColour } from './colours.ts';
import type { Look } from './markers.ts';
import type { WorldPoint } from './mercator.ts';

/** From this zoom on a client is shown by its picture or as what it is, rather than as a dot. */
export const ICONS_FROM_ZOOM = 12.5;
/** The most pictures and icons at once: beyond it dots do. */
export const MOST_ICONS = 400;

const RADIUS_PX = 10;
/** Of a marker with a picture, and of the ring around that. */
const FACE_RADIUS_PX = 14;
const FACE_RING_PX = 2;
/** How far the nose stands out, in pixels. */
const NOSE_PX = 5;
/** Icons are drawn for a square so wide, and shown so wide, in pixels. */
const DRAWN_PX = 20;
const SHOWN_PX = 13;
/** Above this a colour is light, and what is on it dark (of 255, by ITU-R BT.601). */
const LIGHT_FROM = 150;
/** Below this a colour is mostly that of what is behind it (of 255). */
const OPAQUE_FROM = 180;

export type MarkerIcon = keyof typeof ICON_PATHS;

/** What is around a marker, and what is written on the map with. */
interface IconColours {
  readonly halo: string;
  readonly ink: string;
}

const paths = new Map<MarkerIcon, Path2D>();

/** Draws what a client is, in the colour of its marker, above its dot. */
export function drawIcon(
  context: CanvasRenderingContext2D,
  at: WorldPoint,
  look: Look,
  icon: MarkerIcon,
  colours: IconColours,
): void {
  context.save();
  drawDisc(context, at, look, RADIUS_PX, colours);
  context.scale(SHOWN_PX / DRAWN_PX, SHOWN_PX / DRAWN_PX);
  context.translate(-DRAWN_PX / 2, -DRAWN_PX / 2);
  context.lineCap = 'round';
  context.lineWidth = 2;
  const { colour, isStale } = look;
  context.strokeStyle = isStale ? solid(colour) : inkOn(colour, colours.ink);
  context.stroke(pathOf(icon));
  context.restore();
}

/** Draws the picture of a client in a ring of the colour of its marker, above its dot. */
export function drawFace(
  context: CanvasRenderingContext2D,
  at: WorldPoint,
  look: Look,
  face: HTMLImageElement,
  colours: IconColours,
): void {
  context.save();
  drawDisc(context, at, look, FACE_RADIUS_PX, colours);
  const radius = FACE_RADIUS_PX - FACE_RING_PX;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.clip();
  if (look.isStale) context.globalAlpha = 0.5;
  const { naturalWidth: width, naturalHeight: height } = face;
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  context.drawImage(face, left, top, side, side, -radius, -radius, 2 * radius, 2 * radius);
  context.restore();
}

/** A disc in the colour of a marker, with a nose where it goes; dashes where it is stale. The context's origin is then in its middle. */
function drawDisc(
  context: CanvasRenderingContext2D,
  { x, y }: WorldPoint,
  { colour, courseDeg, isStale }: Look,
  radius: number,
  { halo }: IconColours,
): void {
  context.translate(x, y);
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  if (!isStale && courseDeg !== undefined) addNose(context, courseDeg, radius);
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.stroke();
  context.fillStyle = halo;
  context.fill();
  if (!isStale) {
    context.fillStyle = cssColour(colour);
    context.fill();
    return;
  }
  context.lineWidth = 1.5;
  context.strokeStyle = solid(colour);
  context.setLineDash([3, 3]);
  context.stroke();
  context.setLineDash([]);
}

function solid([red, green, blue]: Look['colour']): string {
  return cssColour([red, green, blue, 255]);
}

/** What can be read on a colour: the darker or the lighter of two inks. */
function inkOn([red, green, blue, opacity]: Look['colour'], ink: string): string {
  if (opacity < OPAQUE_FROM) return ink;
  return 0.299 * red + 0.587 * green + 0.114 * blue > LIGHT_FROM ? '#101418' : '#ffffff';
}

function addNose(context: CanvasRenderingContext2D, courseDeg: number, radius: number): void {
  const course = (courseDeg * Math.PI) / 180;
  const at = (angle: number, px: number): [number, number] => [
    Math.sin(course + angle) * px,
    -Math.cos(course + angle) * px,
  ];
  context.moveTo(...at(-0.5, radius));
  context.lineTo(...at(0, radius + NOSE_PX));
  context.lineTo(...at(0.5, radius));
}

function pathOf(icon: MarkerIcon): Path2D {
  let path = paths.get(icon);
  if (path === undefined) {
    path = new Path2D(ICON_PATHS[icon]);
    paths.set(icon, path);
  }
  return path;
}
