/** A place on the map, in degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** A crossing: which street that runs east, from the south, and which that runs north, from the west. */
export interface Crossing {
  readonly row: number;
  readonly column: number;
}

/** A way along the streets, by one crossing. */
export interface Direction {
  readonly rows: -1 | 0 | 1;
  readonly columns: -1 | 0 | 1;
  /** From north over east, in degrees. */
  readonly courseDeg: number;
}

/** North, east, south, west. */
export const DIRECTIONS: readonly Direction[] = [
  { rows: 1, columns: 0, courseDeg: 0 },
  { rows: 0, columns: 1, courseDeg: 90 },
  { rows: -1, columns: 0, courseDeg: 180 },
  { rows: 0, columns: -1, courseDeg: 270 },
];

/** Metres in a degree of latitude, with the mean radius of the earth. */
const DEGREE_M = 111_195;

/**
 * Avenues of central Los Angeles, roughly where they are: those that run east by their latitude, from Adams to Santa
 * Monica Boulevard, and those that run north by their longitude, from La Brea to Union. There they are a grid.
 */
const EASTWARD = [
  34.0327, 34.04, 34.0443, 34.0474, 34.0528, 34.0574, 34.0617, 34.069, 34.0762, 34.0836, 34.0907,
];
const NORTHWARD = [
  -118.3441, -118.3386, -118.3297, -118.316, -118.309, -118.3003, -118.2917, -118.284, -118.2766,
  -118.27,
];

/** Between avenues are side streets, so far apart at most, in metres. */
const BLOCK_M = 200;

/** Streets that run one way: where each is, and whether it is an avenue. */
interface Streets {
  readonly degrees: readonly number[];
  readonly isAvenue: readonly boolean[];
}

const ROWS = withSideStreets(EASTWARD, DEGREE_M);
const COLUMNS = withSideStreets(NORTHWARD, metresOfLongitude(34.06));

/** How many streets run east, and how many north. */
export const ROW_COUNT = ROWS.degrees.length;
export const COLUMN_COUNT = COLUMNS.degrees.length;

/** The smallest box around all streets. */
export const CITY = {
  south: ROWS.degrees[0] ?? 0,
  north: ROWS.degrees.at(-1) ?? 0,
  west: COLUMNS.degrees[0] ?? 0,
  east: COLUMNS.degrees.at(-1) ?? 0,
} as const;

/** Where a crossing is. */
export function pointOf({ row, column }: Crossing): Point {
  return { latitude: ROWS.degrees[row] ?? NaN, longitude: COLUMNS.degrees[column] ?? NaN };
}

/** Whether two avenues cross there. */
export function isCrossingOfAvenues({ row, column }: Crossing): boolean {
  return ROWS.isAvenue[row] === true && COLUMNS.isAvenue[column] === true;
}

/** The crossing that comes next; `undefined` where the city ends. */
export function nextCrossing(
  { row, column }: Crossing,
  { rows, columns }: Direction,
): Crossing | undefined {
  const next = { row: row + rows, column: column + columns };
  const isRow = next.row >= 0 && next.row < ROW_COUNT;
  return isRow && next.column >= 0 && next.column < COLUMN_COUNT ? next : undefined;
}

/** Whether the street from a crossing in a direction is an avenue. */
export function isAvenue({ row, column }: Crossing, { rows }: Direction): boolean {
  return (rows === 0 ? ROWS.isAvenue[row] : COLUMNS.isAvenue[column]) === true;
}

/** How far it is, in metres: a city is flat enough for that. */
export function distanceM(a: Point, b: Point): number {
  const north = (b.latitude - a.latitude) * DEGREE_M;
  const east = (b.longitude - a.longitude) * metresOfLongitude((a.latitude + b.latitude) / 2);
  return Math.hypot(north, east);
}

/** The point between two, `share` of the way from the first. */
export function pointBetween(a: Point, b: Point, share: number): Point {
  return {
    latitude: a.latitude + (b.latitude - a.latitude) * share,
    longitude: a.longitude + (b.longitude - a.longitude) * share,
  };
}

/** Metres in a degree of longitude. */
function metresOfLongitude(latitude: number): number {
  return DEGREE_M * Math.cos((latitude * Math.PI) / 180);
}

function withSideStreets(avenues: readonly number[], degreeM: number): Streets {
  const degrees: number[] = [];
  const isAvenue: boolean[] = [];
  for (const [index, avenue] of avenues.entries()) {
    degrees.push(avenue);
    isAvenue.push(true);
    const next = avenues[index + 1];
    if (next === undefined) break;
    const blocks = Math.ceil(((next - avenue) * degreeM) / BLOCK_M);
    for (let block = 1; block < blocks; block++) {
      degrees.push(avenue + ((next - avenue) * block) / blocks);
      isAvenue.push(false);
    }
  }
  return { degrees, isAvenue };
}
