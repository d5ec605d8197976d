import { pathOnScreen, toScreen, type Camera } from './camera.ts';
import { discRadiusPx, largestCount, type Cluster } from './clusters.ts';
import { positionAt } from './glide.ts';
import type { Marker } from './markers.ts';
import { pxPerMetre, toDegrees, type WorldPoint } from './mercator.ts';

/** What is drawn above the dots. */
export interface OverlayPicture {
  readonly camera: Camera;
  readonly nowMs: number;
  readonly markers: readonly Marker[];
  readonly clusters: readonly Cluster[];
  readonly selected: Marker | undefined;
  /** The radius in which the selected client is, in metres. */
  readonly accuracyM: number | undefined;
  /** Where the selected client has been. */
  readonly trail: readonly WorldPoint[];
  readonly colours: OverlayColours;
}

export interface OverlayColours {
  readonly ink: string;
  readonly halo: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly accentInk: string;
}

/** From this zoom on clients have their names beside them. */
const LABELS_FROM_ZOOM = 11;
/** Names are shortened to so many characters. */
const LABEL_CHARACTERS = 24;
/** The most names at once: more are not read. */
const MOST_LABELS = 150;
const LABEL_FONT = '500 12px system-ui, sans-serif';
const COUNT_FONT = '600 12px system-ui, sans-serif';
const LABEL_HEIGHT = 16;

/** Draws what stands above the dots: names, numbers of clusters, and all that belongs to the selected client. */
export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, number>();

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser has no canvas');
    this.#canvas = canvas;
    this.#context = context;
  }

  draw(picture: OverlayPicture): void {
    const { width, height } = picture.camera;
    this.#fit(width, height);
    this.#context.clearRect(0, 0, width, height);
    this.#drawSelected(picture);
    this.#drawClusters(picture);
    this.#drawLabels(picture);
  }

  #fit(width: number, height: number): void {
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width === wide && this.#canvas.height === high) return;
    this.#canvas.width = wide;
    this.#canvas.height = high;
    this.#context.scale(ratio, ratio);
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
      context.arc(at.x, at.y, Math.min(radius, 4000), 0, 2 * Math.PI);
      context.fillStyle = colours.accentSoft;
      context.fill();
    }
    context.beginPath();
    context.arc(at.x, at.y, 11, 0, 2 * Math.PI);
    context.stroke();
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

  #drawLabels({ camera, nowMs, markers, selected, colours }: OverlayPicture): void {
    const context = this.#context;
    context.font = LABEL_FONT;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = colours.halo;
    context.fillStyle = colours.ink;
    const taken: Box[] = [];
    const first = selected === undefined ? [] : [selected];
    const others = camera.zoom < LABELS_FROM_ZOOM ? [] : markers;
    for (const marker of [...first, ...others]) {
      if (taken.length >= MOST_LABELS) break;
      if (marker.isHidden || (marker === selected && taken.length > 0)) continue;
      const { x, y } = toScreen(camera, positionAt(marker.glide, nowMs));
      if (!isNear(camera, x, y, 0)) continue;
      const text = shorten(marker.client);
      const left = x + 14;
      const box = { left, top: y - LABEL_HEIGHT / 2, right: left + this.#widthOf(text) };
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      context.strokeText(text, left, y);
      context.fillText(text, left, y);
    }
  }

  #widthOf(text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      width = this.#context.measureText(text).width;
      if (this.#widths.size > 10_000) this.#widths.clear();
      this.#widths.set(text, width);
    }
    return width;
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && Math.abs(a.top - b.top) < LABEL_HEIGHT;
}

function isNear({ width, height }: Camera, x: number, y: number, by: number): boolean {
  return x > -by && x < width + by && y > -by && y < height + by;
}

const segmenter = new Intl.Segmenter();

function shorten(text: string): string {
  if (text.length <= LABEL_CHARACTERS) return text;
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (characters.length <= LABEL_CHARACTERS) return text;
  return `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`;
}

const shortCounts = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 2,
});

function shortCount(count: number): string {
  return count < 1000 ? String(count) : shortCounts.format(count);
}
