import type { Cell } from '../cells/cell-count.ts';

/** Adds up the counts of several servers with different clients, cell by cell. */
export function joinCells(parts: readonly (readonly Cell[])[]): Cell[] {
  const sums = new Map<string, Cell>();
  for (const cell of parts.flat()) {
    const { x, y } = cell.tile;
    const key = `${x} ${y}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? cell : add(sum, cell));
  }
  return [...sums.values()].toSorted((a, b) => a.tile.y - b.tile.y || a.tile.x - b.tile.x);
}

function add(a: Cell, b: Cell): Cell {
  const count = a.count + b.count;
  const mean = (ofA: number, ofB: number): number => (ofA * a.count + ofB * b.count) / count;
  return {
    tile: a.tile,
    count,
    latitude: mean(a.latitude, b.latitude),
    longitude: mean(a.longitude, b.longitude),
  };
}
