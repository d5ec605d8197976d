import { Box } from '../../store/spatial-index-box.ts';
import { ANTIMERIDIAN_E7 } from '../../store/spatial-index-origin.ts';
import type { BoxEdges } from '../../store/spatial-index-box.ts';
import type { LocationStore } from '../../store/store.ts';
import { isWanted, type WantedClients } from '../wanted-clients.ts';
import { MercatorGrid, type Tile } from './mercator-grid.ts';

/** A client that has to be looked at closely, since only some are wanted, costs as much as so many slots. */
const CLOSE_LOOK = 10;
const E7 = 1e7;

/** The most cells of an answer, some 300 kB of it: a screen of discs has some hundreds. */
export const MAX_CELLS = 4096;

/** The clients to count, and the size of the cells. */
export interface CellQuestion {
  readonly box: BoxEdges;
  /** The cells are the tiles of Web Mercator at this zoom. */
  readonly zoom: number;
  /** `undefined`: all. */
  readonly wanted: WantedClients | undefined;
}

/** A cell of the map that has clients. */
export interface Cell {
  readonly tile: Tile;
  readonly count: number;
  /** The mean of their positions, in degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** What is counted: the table of the clients. */
export type CountedStore = Pick<
  LocationStore,
  'clientOf' | 'end' | 'hasLocation' | 'latitudeE7' | 'locationAt' | 'longitudeE7'
>;

/** Counts the clients of a table in one pass over its slots, in steps, between which the table may change. */
export class CellCount {
  readonly #store: CountedStore;
  readonly #wanted: CellQuestion['wanted'];
  readonly #isAsked: ((client: Buffer) => boolean) | undefined;
  readonly #box: Box;
  readonly #grid: MercatorGrid;
  readonly #counts: Uint32Array;
  /** The sums of their positions, in 1e-7 degrees. */
  readonly #latitudes: Float64Array;
  readonly #longitudes: Float64Array;
  #next = 0;

  /** @param isAsked whether it is asked about a client of this server's; about all if not given */
  constructor(
    store: CountedStore,
    { box, zoom, wanted }: CellQuestion,
    isAsked?: (client: Buffer) => boolean,
  ) {
    this.#store = store;
    this.#wanted = wanted;
    this.#isAsked = isAsked;
    this.#box = new Box(box);
    this.#grid = new MercatorGrid(box, zoom);
    this.#counts = new Uint32Array(this.#grid.size);
    this.#latitudes = new Float64Array(this.#grid.size);
    this.#longitudes = new Float64Array(this.#grid.size);
  }

  /** Whether all slots were looked at. */
  get isDone(): boolean {
    return this.#next >= this.#store.end;
  }

  /**
   * Looks at the next slots.
   *
   * @param budget how many, where none has to be looked at closely
   * @returns what is left of that
   */
  step(budget: number): number {
    const { end } = this.#store;
    let left = budget;
    for (; left > 0 && this.#next < end; left--) {
      if (this.#take(this.#next++)) left -= CLOSE_LOOK;
    }
    return left;
  }

  /** The cells that have clients, row by row. */
  cells(): Cell[] {
    const cells: Cell[] = [];
    this.#counts.forEach((count, number) => {
      if (count === 0) return;
      const latitude = (this.#latitudes[number] ?? 0) / count / E7;
      const longitude = (this.#longitudes[number] ?? 0) / count / E7;
      cells.push({ tile: this.#grid.tile(number), count, latitude, longitude });
    });
    return cells;
  }

  /** Counts the client of a slot, where there is one. Returns whether it was looked at closely. */
  #take(slot: number): boolean {
    const store = this.#store;
    if (!store.hasLocation(slot)) return false;
    const latitudeE7 = store.latitudeE7(slot);
    let longitudeE7 = store.longitudeE7(slot);
    // One name for each meridian, as boxes have it.
    if (longitudeE7 === ANTIMERIDIAN_E7) longitudeE7 = -ANTIMERIDIAN_E7;
    if (!this.#box.contains(latitudeE7, longitudeE7)) return false;
    if (this.#isAsked?.(store.clientOf(slot)) === false) return true;
    const wanted = this.#wanted;
    if (wanted !== undefined && !isWanted(wanted, store.locationAt(slot))) return true;
    const number = this.#grid.numberOf(latitudeE7, longitudeE7);
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    this.#latitudes[number] = (this.#latitudes[number] ?? 0) + latitudeE7;
    this.#longitudes[number] = (this.#longitudes[number] ?? 0) + longitudeE7;
    return wanted !== undefined || this.#isAsked !== undefined;
  }
}
