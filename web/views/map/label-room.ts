/** A part of the screen, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function isWithin({ left, top, right, bottom }: Box, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** How wide a cell is, in pixels: boxes that are farther apart share none. */
const CELL_PX = 4;

/** What of the screen is taken: a grid, so that it takes the same time however much is there. */
export class LabelRoom {
  #taken = new Uint8Array(0);
  #columns = 0;
  #rows = 0;

  /** Frees all of a screen. */
  clear(width: number, height: number): void {
    this.#columns = Math.ceil(width / CELL_PX);
    this.#rows = Math.ceil(height / CELL_PX);
    const cells = this.#columns * this.#rows;
    if (this.#taken.length === cells) this.#taken.fill(0);
    else this.#taken = new Uint8Array(cells);
  }

  /** Takes what of a box is on the screen. */
  take(box: Box): void {
    const from = Math.max(0, cellOf(box.left));
    const to = Math.min(this.#columns, endOf(box.right));
    if (from >= to) return;
    const lastRow = Math.min(this.#rows, endOf(box.bottom));
    for (let row = Math.max(0, cellOf(box.top)); row < lastRow; row++) {
      const start = row * this.#columns;
      for (let cell = start + from; cell < start + to; cell++) this.#taken[cell] = 1; // most are too few for `fill`
    }
  }

  /** Whether all of a box is on the screen, and none of it is taken. */
  isFree(box: Box): boolean {
    const [from, to] = [cellOf(box.left), endOf(box.right)];
    const [firstRow, lastRow] = [cellOf(box.top), endOf(box.bottom)];
    if (from < 0 || firstRow < 0 || to > this.#columns || lastRow > this.#rows) return false;
    for (let row = firstRow; row < lastRow; row++) {
      const start = row * this.#columns;
      for (let cell = start + from; cell < start + to; cell++) {
        if (this.#taken[cell] === 1) return false;
      }
    }
    return true;
  }
}

function cellOf(px: number): number {
  return Math.floor(px / CELL_PX);
}

function endOf(px: number): number {
  return Math.ceil(px / CELL_PX);
}
