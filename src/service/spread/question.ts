import { z } from 'zod';
import type { SpreadCursor } from '../nearby-clients.ts';
import type { Area } from './part.ts';

/** A question that one server asks another: who of some partitions is in an area. */
export interface PartQuestion {
  readonly partitions: readonly number[];
  readonly area: Area;
  readonly limit: number;
  readonly after?: SpreadCursor | undefined;
  /** Up to where who answers has to have read its partitions: see `Elsewhere`. */
  readonly places?: readonly (readonly [partition: number, seq: number])[] | undefined;
}

/** The most clients that are asked for at once. */
const MAX_ASKED = 1000;

const e7 = z.int().min(-180e7).max(180e7);

/** The edges of a box. */
export const edgesShape = { westE7: e7, southE7: e7, eastE7: e7, northE7: e7 };

export const partitionsSchema = z.array(z.int().min(0)).max(1024);

const areaSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('near'),
    latitudeE7: e7,
    longitudeE7: e7,
    radiusMetres: z.number().min(0).optional(),
  }),
  z.object({ kind: z.literal('box'), ...edgesShape }),
]);

/** Who is in an area. */
export const partQuestionSchema = z.object({
  partitions: partitionsSchema,
  area: areaSchema,
  limit: z.int().min(1).max(MAX_ASKED),
  after: z.object({ metres: z.number().min(0), client: z.string() }).optional(),
  places: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
});

/** A question as text. */
export function formatQuestion(question: PartQuestion): string {
  return JSON.stringify(question);
}
