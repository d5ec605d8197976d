import { ANTIMERIDIAN_E7, POLE_E7, type Cell } from './spatial-index-origin.ts';

/** A box on the map, its edges included, in 1e-7 degrees. It crosses the 180th meridian if west is above east. */
export interface BoxEdges {
  readonly southE7: number;
  readonly westE7: number;
  readonly northE7: number;
  readonly eastE7: number;
}

/** A box that can be compared with positions whose longitudes are below 180 degrees. */
export class Box {
  readonly #edges: BoxEdges;
  /** The longitudes that are inside: from and to, in one range or two. */
  readonly #ranges: readonly (readonly [number, number])[];

  constructor(edges: BoxEdges) {
    this.#edges = edges;
    this.#ranges = rangesOf(edges);
  }

  /** The latitude and longitude of its middle. */
  get middle(): readonly [latitudeE7: number, longitudeE7: number] {
    const { southE7, westE7, northE7, eastE7 } = this.#edges;
    const widthE7 = eastE7 - westE7 + (westE7 > eastE7 ? 2 * ANTIMERIDIAN_E7 : 0);
    const middle = westE7 + Math.floor(widthE7 / 2);
    const longitude = middle >= ANTIMERIDIAN_E7 ? middle - 2 * ANTIMERIDIAN_E7 : middle;
    return [Math.floor((southE7 + northE7) / 2), longitude];
  }

  contains(latitudeE7: number, longitudeE7: number): boolean {
    const { southE7, northE7 } = this.#edges;
    if (latitudeE7 < southE7 || latitudeE7 > northE7) return false;
    // A pole is on every meridian.
    if (Math.abs(latitudeE7) === POLE_E7) return true;
    return this.#ranges.some(([from, to]) => from <= longitudeE7 && longitudeE7 <= to);
  }

  /** Whether a cell may have positions that are inside. */
  meets(cell: Cell): boolean {
    const { southE7, northE7 } = this.#edges;
    if (cell.northE7 < southE7 || cell.southE7 > northE7) return false;
    if (cell.northE7 === POLE_E7 || cell.southE7 === -POLE_E7) return true;
    return this.#ranges.some(([from, to]) => from <= cell.eastE7 && cell.westE7 <= to);
  }
}

function rangesOf({ westE7, eastE7 }: BoxEdges): readonly (readonly [number, number])[] {
  if (westE7 > eastE7) {
    return [
      [westE7, ANTIMERIDIAN_E7],
      [-ANTIMERIDIAN_E7, eastE7],
    ];
  }
  const range = [westE7, eastE7] as const;
  // Positions on the 180th meridian stand at minus 180 degrees.
  return eastE7 === ANTIMERIDIAN_E7 ? [range, [-ANTIMERIDIAN_E7, -ANTIMERIDIAN_E7]] : [range];
}
