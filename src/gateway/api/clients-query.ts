import { z } from 'zod';

import type { ClientCursor } from '../../service/nearby-clients.ts';
import { faultsProblem } from '../http/check.ts';
import { bounded, clientIdSchema, count, numberParameter } from './parameters.ts';

/** The most clients of one answer: about 300 kB of it. */
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;
/** Half the way around the Earth, in metres: more is all of it. */
const MAX_RADIUS_M = 20_037_509;
/** A year more than a herd keeps anything, in seconds. */
const MAX_AGE_SECONDS = 1e10;
/** The longest pattern: that of an ID. */
export const MAX_NAME = 4096;
/** Tiles of some ten metres: nobody counts in smaller ones. */
const MAX_ZOOM = 22;
/** The longest cursor: it has a client's ID, where no server holds all clients. */
const MAX_CURSOR = 6000;
const E7 = 1e7;

const BOX = 'west,south,east,north in degrees; across the 180th meridian west is above east';
const POINT = 'latitude,longitude in degrees';
const NUMBER = /^ *[+-]?\d{1,3}(\.\d{1,20})? *$/;

/** A list of numbers with commas between them, each between its bounds; `undefined` where it is not that. */
function numbers(text: string, most: readonly number[]): number[] | undefined {
  const parts = text.split(',');
  const values = parts.map(Number);
  const areRight = parts.every((part, index) => {
    return NUMBER.test(part) && Math.abs(values[index] ?? Infinity) <= (most[index] ?? 0);
  });
  return areRight && parts.length === most.length ? values : undefined;
}

/** Degrees as a whole number of 1e-7 degrees. */
function e7(degrees: number | undefined): number {
  return Math.round((degrees ?? 0) * E7);
}

export const boxSchema = z.string({ error: BOX }).transform((text, context) => {
  const [west, south, east, north] = numbers(text, [180, 90, 180, 90]) ?? [];
  if (north !== undefined && south !== undefined && south <= north) {
    return { westE7: e7(west), southE7: e7(south), eastE7: e7(east), northE7: e7(north) };
  }
  context.addIssue({ code: 'custom', message: BOX });
  return z.NEVER;
});

export const pointSchema = z.string({ error: POINT }).transform((text, context) => {
  const [latitude, longitude] = numbers(text, [90, 180]) ?? [];
  if (longitude !== undefined) return { latitudeE7: e7(latitude), longitudeE7: e7(longitude) };
  context.addIssue({ code: 'custom', message: POINT });
  return z.NEVER;
});

/** A distance in metres. */
export const radiusSchema = numberParameter(bounded(0, MAX_RADIUS_M));

/** Which clients: those to which all of it applies. */
const filterShape = {
  bbox: boxSchema.optional().describe(`Those in a box: ${BOX}`),
  maxAge: numberParameter(bounded(0, MAX_AGE_SECONDS))
    .optional()
    .describe('No older than so many seconds'),
  group: z.string().min(1).max(MAX_NAME).optional().describe('The members of this group'),
  name: z
    .string()
    .min(1)
    .max(MAX_NAME)
    .optional()
    .describe('Clients with this ID; * matches any characters, \\* a star'),
};

export const clientsQuerySchema = z.strictObject({
  ...filterShape,
  limit: numberParameter(count(1, MAX_LIMIT)).default(DEFAULT_LIMIT).describe('The most clients'),
  cursor: z
    .string()
    .max(MAX_CURSOR)
    .optional()
    .describe('`next` of the answer before: goes on after it'),
  near: pointSchema.optional().describe(`The nearest to a point: ${POINT}`),
  nearClient: clientIdSchema.optional().describe('The nearest to a client, without itself'),
  radius: radiusSchema
    .optional()
    .describe('No farther than so many metres; with near or nearClient'),
});

export const cellsQuerySchema = z.strictObject({
  ...filterShape,
  zoom: numberParameter(count(0, MAX_ZOOM)).describe(
    'The cells are the tiles of Web Mercator at this zoom, 2^zoom each way around the world',
  ),
});

export type CellsQuery = z.output<typeof cellsQuerySchema>;

export type ClientsQuery = z.output<typeof clientsQuerySchema>;

/** Where a list goes on: around which point, where it is around one, and after what. */
export interface ListCursor {
  readonly after: ClientCursor;
  readonly latitudeE7: number;
  readonly longitudeE7: number;
}

const pointParts = [
  z
    .int()
    .min(-90 * E7)
    .max(90 * E7),
  z
    .int()
    .min(-180 * E7)
    .max(180 * E7),
] as const;

const cursorSchema = z.union([
  z.tuple([z.number().min(0).max(1), z.int().min(-1), ...pointParts]),
  z.tuple([z.number().min(0), z.string().max(MAX_NAME), ...pointParts]),
]);

/** The text of a cursor: nobody needs to know what is in it. */
export function formatCursor({ after, latitudeE7, longitudeE7 }: ListCursor): string {
  const place = 'slot' in after ? [after.haversine, after.slot] : [after.metres, after.client];
  const parts = [...place, latitudeE7, longitudeE7];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor. @throws {Problem} where it is none */
export function parseCursor(text: string): ListCursor {
  const parsed = cursorSchema.safeParse(jsonOf(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) {
    const expected = '`next` of an answer, as it was';
    throw faultsProblem([{ in: 'query', member: 'cursor', expected }]);
  }
  const [distance, place, latitudeE7, longitudeE7] = parsed.data;
  const after: ClientCursor =
    typeof place === 'string'
      ? { metres: distance, client: place }
      : { haversine: distance, slot: place };
  return { after, latitudeE7, longitudeE7 };
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
