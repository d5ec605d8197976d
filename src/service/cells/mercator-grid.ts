import type { BoxEdges } from '../../store/spatial-index-box.ts';

/** Where Web Mercator's square world ends, in degrees: what is nearer to a pole counts as being there. */
const MAX_LATITUDE = 85.0511287798066;
const E7 = 1e7;

/** A tile, as web maps number them: from the 180th meridian to the east, and from north to south. */
export interface Tile {
  readonly x: number;
  readonly y: number;
}

/** The tiles of Web Mercator that meet a box, `2 ** zoom` each way around the world, numbered from 0 on, row by row. */
export class MercatorGrid {
  /** How many tiles the world has each way. */
  readonly #tiles: number;
  readonly #first: Tile;
  readonly #columns: number;
  readonly #rows: number;

  constructor({ westE7, southE7, eastE7, northE7 }: BoxEdges, zoom: number) {
    this.#tiles = 2 ** zoom;
    this.#first = { x: this.#column(westE7), y: this.#row(northE7) };
    const apart = this.#column(eastE7) - this.#first.x;
    // Across the 180th meridian, and around to the column that it begins in, are all columns.
    const isAround = westE7 > eastE7 && apart >= 0;
    this.#columns = isAround ? this.#tiles : this.#wrap(apart) + 1;
    this.#rows = this.#row(southE7) - this.#first.y + 1;
  }

  /** How many tiles there are. */
  get size(): number {
    return this.#columns * this.#rows;
  }

  /** The number of the tile that has a position, which has to be in the box. */
  numberOf(latitudeE7: number, longitudeE7: number): number {
    const column = this.#wrap(this.#column(longitudeE7) - this.#first.x);
    return (this.#row(latitudeE7) - this.#first.y) * this.#columns + column;
  }

  /** The tile of a number. */
  tile(number: number): Tile {
    const column = number % this.#columns;
    const x = (this.#first.x + column) % this.#tiles;
    return { x, y: this.#first.y + (number - column) / this.#columns };
  }

  #column(longitudeE7: number): number {
    const x = Math.floor(((longitudeE7 / E7 + 180) / 360) * this.#tiles);
    return Math.min(x, this.#tiles - 1);
  }

  /** @see https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames */
  #row(latitudeE7: number): number {
    const latitude = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitudeE7 / E7));
    const sine = Math.sin((latitude * Math.PI) / 180);
    const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    return Math.max(0, Math.min(Math.floor(y * this.#tiles), this.#tiles - 1));
  }

  #wrap(columns: number): number {
    return columns < 0 ? columns + this.#tiles : columns;
  }
}
