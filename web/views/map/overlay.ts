import { isNear, pathOnScreen, toScreen, type Camera } from './camera.ts';
import { discRadiusPx, largestCount } from './clusters.ts';
import { positionAt } from './glide.ts';
import { MarkerFaces } from './marker-faces.ts';
import {
  drawFace,
  drawIcon,
  ICONS_FROM_ZOOM,
  MOST_ICONS,
  type MarkerIcon,
} from './marker-icons.ts';
import type { Marker } from './markers.ts';
import { pxPerMetre, toDegrees, type WorldPoint } from './mercator.ts';
import { OverlayNames, type NamesPicture } from './overlay-names.ts';

/** What is drawn above the dots. */
export interface OverlayPicture extends NamesPicture {
  /** The radius in which the selected client is, in metres. */
  readonly accuracyM: number | undefined;
  /** Where the selected client has been. */
  readonly trail: readonly WorldPoint[];
  /** The centre of the search for nearby clients, and its radius in metres. */
  readonly near: { readonly at: WorldPoint; readonly radiusM: number } | undefined;
  /** The client that a list beside the map points to. */
  readonly highlighted: Marker | undefined;
  /** The URL of a client's picture; `undefined`: it has none, or it is not there yet. */
  readonly faceOf: (client: string) => string | undefined;
  /** What a client is; `undefined`: a dot. */
  readonly iconOf: (client: string) => MarkerIcon | undefined;
  readonly colours: OverlayColours;
}

export interface OverlayColours {
  readonly ink: string;
  readonly halo: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly accentInk: string;
}

const COUNT_FONT = '600 12px system-ui, sans-serif';
/** The least radius of the ring around the selected client, in pixels. */
const RING_PX = 13;
/** How far a dot, an icon and a picture reach, in pixels. */
const DOT_REACH_PX = 7;
const ICON_REACH_PX = 12;
const FACE_REACH_PX = 16;
/** A circle that is larger is beyond what is seen. */
const MAX_RADIUS_PX = 4000;

/** Draws what stands above the dots: names, numbers of clusters, and all that belongs to the selected client. */
export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #names: OverlayNames;
  readonly #faces = new MarkerFaces();
  /** How far those reach that are shown by pictures or icons. */
  readonly #reaches = new Map<Marker, number>();

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser has no canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.#names = new OverlayNames(context);
  }

  /** Draws a picture. Returns whether it is complete: names that have become too many or too few are put right in another frame. */
  draw(picture: OverlayPicture): boolean {
    const { width, height } = picture.camera;
    this.#fit(width, height);
    this.#context.clearRect(0, 0, width, height);
    this.#drawNear(picture);
    this.#drawSelected(picture);
    this.#drawClusters(picture);
    this.#drawIcons(picture);
    this.#drawHighlighted(picture);
    return this.#names.draw(picture, (marker) => this.#reachOf(marker, picture.selected));
  }

  #fit(width: number, height: number): void {
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width === wide && this.#canvas.height === high) return;
    this.#canvas.width = wide;
    this.#canvas.height = high;
    this.#context.scale(ratio, ratio);
  }

  #drawNear({ camera, near, colours }: OverlayPicture): void {
    if (near === undefined) return;
    const context = this.#context;
    const { x, y } = toScreen(camera, near.at);
    const radius = near.radiusM * pxPerMetre(toDegrees(near.at).latitude, camera.zoom);
    context.beginPath();
    context.arc(x, y, Math.min(radius, MAX_RADIUS_PX), 0, 2 * Math.PI);
    context.lineWidth = 1.5;
    context.strokeStyle = colours.accent;
    context.setLineDash([6, 4]);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fillStyle = colours.accent;
    context.fill();
  }

  #drawHighlighted({ camera, nowMs, highlighted, colours }: OverlayPicture): void {
    if (highlighted === undefined) return;
    const context = this.#context;
    const { x, y } = toScreen(camera, positionAt(highlighted.glide, nowMs));
    context.beginPath();
    context.arc(x, y, this.#ringOf(highlighted) + 3, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = colours.accent;
    context.stroke();
  }

  #drawIcons({ camera, nowMs, markers, faceOf, iconOf, colours }: OverlayPicture): void {
    this.#reaches.clear();
    if (camera.zoom < ICONS_FROM_ZOOM) return;
    let left = MOST_ICONS;
    for (const marker of markers) {
      if (left === 0) return;
      if (marker.isHidden) continue;
      const at = toScreen(camera, positionAt(marker.glide, nowMs));
      if (!isNear(camera, at.x, at.y, FACE_REACH_PX)) continue;
      const { client, look } = marker;
      const face = this.#faces.of(client, faceOf(client));
      const icon = iconOf(client);
      if (face !== undefined) drawFace(this.#context, at, look, face, colours);
      else if (icon !== undefined) drawIcon(this.#context, at, look, icon, colours);
      else continue;
      this.#reaches.set(marker, face === undefined ? ICON_REACH_PX : FACE_REACH_PX);
      left--;
    }
  }

  #drawSelected({ camera, nowMs, selected, accuracyM, trail, colours }: OverlayPicture): void {
    if (selected === undefined) return;
    const context = this.#context;
    const position = positionAt(selected.glide, nowMs);
    const at = toScreen(camera, position);
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.strokeStyle = colours.accent;
    // Of the trail, the newest fix is where the dot is going to.
    this.#strokeTrail(camera, [...trail.slice(0, -1), position]);
    if (accuracyM !== undefined) {
      const radius = accuracyM * pxPerMetre(toDegrees(position).latitude, camera.zoom);
      context.beginPath();
      context.arc(at.x, at.y, Math.min(radius, MAX_RADIUS_PX), 0, 2 * Math.PI);
      context.fillStyle = colours.accentSoft;
      context.fill();
    }
    context.beginPath();
    context.arc(at.x, at.y, this.#ringOf(selected), 0, 2 * Math.PI);
    context.stroke();
  }

  /** The radius of a ring around what a marker was last shown as. */
  #ringOf(marker: Marker): number {
    return Math.max(RING_PX, (this.#reaches.get(marker) ?? DOT_REACH_PX) + 1);
  }

  /** How far a marker reaches from its middle, with the ring around it where it is selected. */
  #reachOf(marker: Marker, selected: Marker | undefined): number {
    if (marker === selected) return this.#ringOf(marker) + 1;
    return this.#reaches.get(marker) ?? DOT_REACH_PX;
  }

  #strokeTrail(camera: Camera, points: readonly WorldPoint[]): void {
    const context = this.#context;
    context.beginPath();
    for (const { x, y } of pathOnScreen(camera, points)) context.lineTo(x, y);
    context.globalAlpha = 0.6;
    context.stroke();
    context.globalAlpha = 1;
  }

  #drawClusters({ camera, clusters, colours }: OverlayPicture): void {
    const context = this.#context;
    context.font = COUNT_FONT;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const largest = largestCount(clusters);
    // The smaller ones above the larger ones, so that each number can be read.
    for (const { at, count } of clusters.toSorted((a, b) => b.count - a.count)) {
      const { x, y } = toScreen(camera, at);
      const radius = discRadiusPx(count, largest);
      if (!isNear(camera, x, y, radius)) continue;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = colours.accent;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = colours.halo;
      context.stroke();
      context.fillStyle = colours.accentInk;
      context.fillText(shortCount(count), x, y + 0.5);
    }
  }
}

const shortCounts = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 2,
});

function shortCount(count: number): string {
  return count < 1000 ? String(count) : shortCounts.format(count);
}
