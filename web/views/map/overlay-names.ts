import { shortened } from '../../state/shown-text.ts';
import { isNear, toScreen, type Camera } from './camera.ts';
import { discRadiusPx, largestCount, type Cluster } from './clusters.ts';
import { positionAt } from './glide.ts';
import { isWithin, type Box } from './label-room.ts';
import { Labels, type Label, type Spot } from './labels.ts';
import { boxOfName, type MapName } from './map-name.ts';
import type { Marker } from './markers.ts';
import type { WorldPoint } from './mercator.ts';

/** From this zoom on clients have their names beside them. */
const NAMES_FROM_ZOOM = 11;
/** Names are shortened to so many characters. */
const MOST_CHARACTERS = 24;
const FONT = '500 12px system-ui, sans-serif';
/** The widths of so many names are kept: of all that a page follows. */
const MOST_WIDTHS = 25_000;
/** How often the room for names is recomputed, in milliseconds. In between, names move with their markers. */
const PLACE_EVERY_MS = 150;

/** What names are drawn for, and what none is drawn on. */
export interface NamesPicture {
  readonly camera: Camera;
  readonly nowMs: number;
  readonly markers: readonly Marker[];
  readonly clusters: readonly Cluster[];
  readonly selected: Marker | undefined;
  /** The names that the map shows itself. */
  readonly mapNames: readonly MapName[];
  /** What of the map something lies on: a panel, buttons. It is asked when it is needed. */
  readonly covers: () => readonly Box[];
  /** What a client is called. */
  readonly nameOf: (client: string) => string;
  readonly colours: { readonly ink: string; readonly halo: string };
}

interface MarkerSpot extends Spot {
  readonly marker: Marker;
}

/** The names of the clients on the map. */
export class OverlayNames {
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, number>();
  readonly #labels = new Labels();
  #placed: readonly Label<MarkerSpot>[] = [];
  #placedMs = -Infinity;
  #placedFor: Marker | undefined;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /**
   * Draws the names.
   *
   * @param reachOf how far a marker reaches from its middle, in pixels
   * @returns whether the room for names was recomputed just now
   */
  draw(picture: NamesPicture, reachOf: (marker: Marker) => number): boolean {
    const { nowMs, selected, colours } = picture;
    const context = this.#context;
    context.font = FONT;
    const isDue = nowMs - this.#placedMs >= PLACE_EVERY_MS || selected !== this.#placedFor;
    if (isDue) this.#place(picture, reachOf);
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = colours.halo;
    context.fillStyle = colours.ink;
    for (const { spot, text, x, y } of this.#placed) {
      if (spot.marker.isHidden) continue;
      const at = toScreen(picture.camera, positionAt(spot.marker.glide, nowMs));
      context.strokeText(text, at.x + x - spot.x, at.y + y - spot.y);
      context.fillText(text, at.x + x - spot.x, at.y + y - spot.y);
    }
    return isDue;
  }

  #place(picture: NamesPicture, reachOf: (marker: Marker) => number): void {
    const { camera, nowMs, selected, clusters, mapNames, nameOf } = picture;
    const covers = picture.covers();
    const spots = spotsOf(picture, covers, reachOf);
    const largest = largestCount(clusters);
    const discs = clusters.map(({ at, count }) => {
      return boxAround(toScreen(camera, at), discRadiusPx(count, largest));
    });
    const others = [...discs, ...mapNames.map((name) => boxOfName(name, camera)), ...covers];
    const selectedSpot = spots.find(({ marker }) => marker === selected);
    this.#placed = this.#labels.place(camera, spots, selectedSpot, others, (client) => {
      const text = shortened(nameOf(client), MOST_CHARACTERS);
      return { text, width: this.#widthOf(text) };
    });
    this.#placedMs = nowMs;
    this.#placedFor = selected;
  }

  #widthOf(text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      width = this.#context.measureText(text).width;
      if (this.#widths.size > MOST_WIDTHS) this.#widths.clear();
      this.#widths.set(text, width);
    }
    return width;
  }
}

/** The markers on the screen. Covered markers have no name: it would be beside nothing. */
function spotsOf(
  { camera, nowMs, markers, selected }: NamesPicture,
  covers: readonly Box[],
  reachOf: (marker: Marker) => number,
): MarkerSpot[] {
  const hasNames = camera.zoom >= NAMES_FROM_ZOOM;
  if (!hasNames && selected === undefined) return [];
  const spots: MarkerSpot[] = [];
  for (const marker of markers) {
    if (marker.isHidden) continue;
    const { x, y } = toScreen(camera, positionAt(marker.glide, nowMs));
    if (!isNear(camera, x, y, 0)) continue;
    const isNamed = hasNames && !covers.some((box) => isWithin(box, x, y));
    spots.push({ client: marker.client, marker, x, y, reach: reachOf(marker), isNamed });
  }
  return spots;
}

function boxAround({ x, y }: WorldPoint, by: number): Box {
  return { left: x - by, top: y - by, right: x + by, bottom: y + by };
}
