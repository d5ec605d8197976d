import type { Rgba } from './colours.ts';
import type { Glide } from './glide.ts';

/** Numbers a marker has in the buffer of the graphics card. */
export const FLOATS = 14;
export const BYTES = FLOATS * 4;
const COLOUR_AT = 12;
const FLAGS_AT = 13;

/** What is drawn beside the dot, as bits. */
const STALE = 1;
const HIDDEN = 2;

/** How a marker looks. */
export interface Look {
  readonly colour: Rgba;
  /** Where it goes, in degrees from north over east; `undefined`: it rests, or nobody knows. */
  readonly courseDeg: number | undefined;
  readonly isStale: boolean;
}

/** A client's marker. */
export interface Marker {
  readonly client: string;
  glide: Glide;
  look: Look;
  isHidden: boolean;
  index: number;
}

/**
 * The markers, and the numbers that the graphics card draws them from: one row each, without gaps. A position is two numbers,
 * since one of 32 bits is not exact to a pixel when the map is near.
 */
export class Markers {
  readonly #byClient = new Map<string, Marker>();
  readonly #list: Marker[] = [];
  #floats = new Float32Array(256 * FLOATS);
  #bytes = new Uint8Array(this.#floats.buffer);
  /** What has changed since it was last taken: rows from, and up to but without. */
  #changedFrom = Infinity;
  #changedTo = 0;
  /** Times in the buffer are since then: small numbers are exact. */
  #epochMs: number;

  constructor(epochMs: number) {
    this.#epochMs = epochMs;
  }

  get count(): number {
    return this.#list.length;
  }

  get all(): readonly Marker[] {
    return this.#list;
  }

  get buffer(): Float32Array {
    return this.#floats;
  }

  get epochMs(): number {
    return this.#epochMs;
  }

  get(client: string): Marker | undefined {
    return this.#byClient.get(client);
  }

  put(client: string, glide: Glide, look: Look): void {
    let marker = this.#byClient.get(client);
    if (marker === undefined) {
      marker = { client, glide, look, isHidden: false, index: this.#list.length };
      this.#byClient.set(client, marker);
      this.#list.push(marker);
    }
    marker.glide = glide;
    marker.look = look;
    this.#write(marker);
  }

  /** Takes a marker away; the last one takes its row. */
  remove(client: string): void {
    const marker = this.#byClient.get(client);
    if (marker === undefined) return;
    this.#byClient.delete(client);
    const last = this.#list.pop();
    if (last === undefined || last === marker) return;
    this.#list[marker.index] = last;
    last.index = marker.index;
    this.#write(last);
  }

  setLook(marker: Marker, look: Look): void {
    if (isSameLook(marker.look, look)) return;
    marker.look = look;
    this.#write(marker);
  }

  setHidden(marker: Marker, isHidden: boolean): void {
    if (marker.isHidden === isHidden) return;
    marker.isHidden = isHidden;
    this.#write(marker);
  }

  /** Restarts the buffer's clock. */
  setEpoch(epochMs: number): void {
    this.#epochMs = epochMs;
    for (const marker of this.#list) this.#write(marker);
  }

  /** Has all rows be taken as changed: the graphics card has lost them. */
  touchAll(): void {
    this.#changedFrom = 0;
    this.#changedTo = this.#list.length;
  }

  /** The rows that have changed since this was last called; `undefined`: none. */
  takeChanges(): { readonly from: number; readonly to: number } | undefined {
    const from = this.#changedFrom;
    const to = Math.min(this.#changedTo, this.#list.length);
    this.#changedFrom = Infinity;
    this.#changedTo = 0;
    return from < to ? { from, to } : undefined;
  }

  #write({ index, glide, look, isHidden }: Marker): void {
    this.#grow(index + 1);
    const at = index * FLOATS;
    const floats = this.#floats;
    const { from, to, startMs, durationMs } = glide;
    splitInto(floats, at, from.x);
    splitInto(floats, at + 2, from.y);
    splitInto(floats, at + 4, to.x);
    splitInto(floats, at + 6, to.y);
    floats[at + 8] = (startMs - this.#epochMs) / 1000;
    floats[at + 9] = durationMs / 1000;
    floats[at + 10] = ((look.courseDeg ?? 0) * Math.PI) / 180;
    floats[at + 11] = look.courseDeg === undefined ? 0 : 1;
    this.#bytes.set(look.colour, (at + COLOUR_AT) * 4);
    floats[at + FLAGS_AT] = (look.isStale ? STALE : 0) + (isHidden ? HIDDEN : 0);
    this.#changedFrom = Math.min(this.#changedFrom, index);
    this.#changedTo = Math.max(this.#changedTo, index + 1);
  }

  #grow(rows: number): void {
    if (rows * FLOATS <= this.#floats.length) return;
    const grown = new Float32Array(2 * this.#floats.length);
    grown.set(this.#floats);
    this.#floats = grown;
    this.#bytes = new Uint8Array(grown.buffer);
  }
}

/** Writes a number as two of 32 bits. */
function splitInto(floats: Float32Array, at: number, value: number): void {
  const high = Math.fround(value);
  floats[at] = high;
  floats[at + 1] = value - high;
}

function isSameLook(a: Look, b: Look): boolean {
  return a.colour === b.colour && a.courseDeg === b.courseDeg && a.isStale === b.isStale;
}
