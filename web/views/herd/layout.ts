import type { HerdLink } from '../../state/herd-links.ts';

/** Where a server is in the picture: each from 0 to 1, from the left and from the top. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The most columns, and servers in one of them, that are still readable. */
const MAX_COLUMNS = 6;
const MAX_IN_COLUMN = 4;
/** A line that comes nearer to a server than this would seem to end there. */
const CLEARANCE = 0.08;

type Neighbours = ReadonlyMap<string, readonly string[]>;

/**
 * Where each server is drawn. The outermost server is on the left, and the others are in columns by how many links they are
 * away from it: so the herd of five has its picture of Riley, Jaquez and Juzang, Bernard and Campbell. Where that
 * would be no clear picture, all are on a circle. The same herd always has the same picture.
 */
export function placeServers(
  servers: readonly string[],
  links: readonly Pick<HerdLink, 'between'>[],
): ReadonlyMap<string, Place> {
  const names = [...servers].sort();
  const neighbours = neighboursIn(names, links);
  const columns = columnsOf(names, neighbours);
  if (columns !== undefined) {
    const places = inColumns(columns);
    if (isClear(places, links)) return places;
  }
  return onCircle(names);
}

function neighboursIn(
  names: readonly string[],
  links: readonly Pick<HerdLink, 'between'>[],
): Neighbours {
  return new Map(
    names.map((name) => {
      const its = links.filter(({ between }) => between.includes(name));
      return [name, its.map(({ between: [a, b] }) => (a === name ? b : a)).sort()];
    }),
  );
}

/** The servers by how many links they are away from the outermost one; `undefined` where that is no good picture. */
function columnsOf(names: readonly string[], neighbours: Neighbours): string[][] | undefined {
  let best: string[][] | undefined;
  for (const name of names) {
    const columns = columnsFrom(name, neighbours);
    if (columns.flat().length < names.length) return undefined; // they are not all linked
    if (best === undefined || isFartherOut(columns, best, neighbours)) best = columns;
  }
  if (best === undefined || best.length > MAX_COLUMNS) return undefined;
  return best.every(({ length }) => length <= MAX_IN_COLUMN) ? best : undefined;
}

/** Servers farther away from the others are farther out; of equally distant ones, those with fewer links. */
function isFartherOut(a: string[][], b: string[][], neighbours: Neighbours): boolean {
  if (a.length !== b.length) return a.length > b.length;
  const links = ([[name = ''] = []]: string[][]): number => neighbours.get(name)?.length ?? 0;
  return links(a) < links(b);
}

function columnsFrom(name: string, neighbours: Neighbours): string[][] {
  const columns = [[name]];
  const placed = new Set([name]);
  for (let column = columns[0]; column !== undefined && column.length > 0;) {
    const next = [...new Set(column.flatMap((each) => neighbours.get(each) ?? []))]
      .filter((each) => !placed.has(each))
      .sort();
    for (const each of next) placed.add(each);
    if (next.length > 0) columns.push(next);
    column = next;
  }
  return columns;
}

function inColumns(columns: readonly (readonly string[])[]): ReadonlyMap<string, Place> {
  const across = Math.max(1, columns.length - 1);
  return new Map(
    columns.flatMap((column, index) =>
      column.map((name, row) => {
        const y = column.length === 1 ? 0.5 : row / (column.length - 1);
        return [name, { x: columns.length === 1 ? 0.5 : index / across, y }] as const;
      }),
    ),
  );
}

function onCircle(names: readonly string[]): ReadonlyMap<string, Place> {
  return new Map(
    names.map((name, index) => {
      const angle = (2 * Math.PI * index) / names.length - Math.PI / 2;
      const isAlone = names.length === 1;
      const [x, y] = isAlone ? [0.5, 0.5] : [0.5 + Math.cos(angle) / 2, 0.5 + Math.sin(angle) / 2];
      return [name, { x, y }];
    }),
  );
}

/** Whether no line passes by a server that it does not belong to. */
function isClear(
  places: ReadonlyMap<string, Place>,
  links: readonly Pick<HerdLink, 'between'>[],
): boolean {
  return links.every(({ between }) => {
    const [from, to] = between.map((name) => places.get(name));
    if (from === undefined || to === undefined) return true;
    return [...places].every(
      ([name, place]) => between.includes(name) || distance(place, from, to) > CLEARANCE,
    );
  });
}

/** How far a place is from the line between two others. */
function distance({ x, y }: Place, from: Place, to: Place): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - part * dx, y - from.y - part * dy);
}
