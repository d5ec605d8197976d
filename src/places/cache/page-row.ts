import { z } from 'zod';

import { seal, unseal } from './seal.ts';
import { createCachedPage, type CachedPage } from './cached-page.ts';

const placeSchema = z.looseObject({
  name: z.string(),
  place_id: z.string(),
  geometry: z.looseObject({ location: z.looseObject({ lat: z.number(), lng: z.number() }) }),
  types: z.array(z.string()),
  vicinity: z.string(),
});

const rowSchema = z.strictObject({
  query: z.strictObject({
    latitude: z.number(),
    longitude: z.number(),
    radiusMetres: z.number().positive(),
  }),
  page: z.strictObject({
    html_attributions: z.array(z.string()),
    next_page_token: z.string().optional(),
    results: z.array(placeSchema),
    status: z.enum(['OK', 'ZERO_RESULTS']),
  }),
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
  return createCachedPage(query, { page, complete }, fetchedMs);
}
