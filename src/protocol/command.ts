import { parsePosition, type Position } from './position.ts';
import { parseTimestamp, type Nanoseconds } from './timestamp.ts';
import { splitFields } from './white-space.ts';

/** The most bytes of a command, its LF not counted: room for an ID of a few thousand bytes. */
export const MAX_COMMAND_BYTES = 4096;

/** The largest radius of a search, in kilometres: what Google's Nearby Search allows. */
const MAX_RADIUS_KM = 50;
/** The largest bound on a search's results: one page of Google's Nearby Search. */
const MAX_BOUND = 20;

const RADIUS = /^(\d+)(\.\d+)?$/;
const BOUND = /^\d+$/;
const NOT_ZERO = /[1-9]/;

/** `IAMAT client position time`: a client reports its location. The texts are as they were sent. */
export interface Iamat {
  readonly name: 'IAMAT';
  readonly client: string;
  readonly position: string;
  readonly time: string;
  /** What `position` says. */
  readonly point: Position;
  /** What `time` says. */
  readonly clientTime: Nanoseconds;
}

/** `WHATSAT client radius bound`: a client asks for places near another. */
export interface Whatsat {
  readonly name: 'WHATSAT';
  readonly client: string;
  readonly radiusKm: number;
  /** The most places wanted. */
  readonly bound: number;
}

export type Command = Iamat | Whatsat;

/** Reads a command line. `undefined` where it is not a valid command. */
export function parseCommand(line: string): Command | undefined {
  const [name, first, second, third, ...more] = splitFields(line);
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    return undefined;
  }
  switch (name) {
    case 'IAMAT':
      return parseIamat(first, second, third);
    case 'WHATSAT':
      return parseWhatsat(first, second, third);
    default:
      return undefined;
  }
}

function parseIamat(client: string, position: string, time: string): Iamat | undefined {
  const point = parsePosition(position);
  const clientTime = parseTimestamp(time);
  if (point === undefined || clientTime === undefined) return undefined;
  return { name: 'IAMAT', client, position, time, point, clientTime };
}

function parseWhatsat(client: string, radius: string, bound: string): Whatsat | undefined {
  const radiusKm = parseRadius(radius);
  const most = BOUND.test(bound) ? Number(bound) : 0;
  if (radiusKm === undefined || most < 1 || most > MAX_BOUND) return undefined;
  return { name: 'WHATSAT', client, radiusKm, bound: most };
}

/** A decimal number above 0, at most 50; checked on its digits, which rounding cannot reach. */
function parseRadius(text: string): number | undefined {
  const [, whole = '', fraction = ''] = RADIUS.exec(text) ?? [];
  const kilometres = Number(whole);
  if (!NOT_ZERO.test(whole + fraction) || kilometres > MAX_RADIUS_KM) return undefined;
  if (kilometres === MAX_RADIUS_KM && NOT_ZERO.test(fraction)) return undefined;
  return Number(text);
}
