import { z } from 'zod';

import { RANKS } from '../choices.ts';
import { answeredPageSchema } from '../page-schema.ts';
import { PLACE_TYPES } from '../place-types.ts';
import { seal, unseal } from './seal.ts';
import { createCachedPage, type CachedPage } from './cached-page.ts';

const choicesSchema = z.strictObject({
  rank: z.enum(RANKS),
  types: z.array(z.enum(PLACE_TYPES)),
  // JSON leaves it out where it is undefined.
  language: z.string().optional(),
});

const rowSchema = z.strictObject({
  query: z.strictObject({
    latitude: z.number(),
    longitude: z.number(),
    radiusMetres: z.number().positive(),
    choices: choicesSchema,
  }),
  page: answeredPageSchema,
  complete: z.boolean(),
  fetchedMs: z.number(),
});

/** A page as a text for the disk, with a checksum. */
export function formatRow({ query, page, complete, fetchedMs }: CachedPage): string {
  return seal(JSON.stringify({ query, page, complete, fetchedMs }));
}

/** `undefined` where the row is not one of `formatRow`. */
export function parseRow(row: string): CachedPage | undefined {
  const text = unseal(row);
  if (text === undefined) return undefined;
  const { data } = rowSchema.safeParse(JSON.parse(text));
  if (data === undefined) return undefined;
  const { query, page, complete, fetchedMs } = data;
  const choices = { ...query.choices, language: query.choices.language };
  return createCachedPage({ ...query, choices }, { page, complete }, fetchedMs);
}
