import { z } from 'zod';

import { detailsSchema } from './details.ts';
import { MAX_PLACES } from './provider.ts';

const placeSchema = z.looseObject({
  name: z.string(),
  place_id: z.string(),
  geometry: z.looseObject({ location: z.looseObject({ lat: z.number(), lng: z.number() }) }),
  types: z.array(z.string()),
  vicinity: z.string(),
  details: detailsSchema.optional(),
  prominence: z.number().optional(),
});

/** The page of an answered question, where it comes from outside of this program. */
export const answeredPageSchema = z.object({
  html_attributions: z.array(z.string()),
  next_page_token: z.string().optional(),
  results: z.array(placeSchema).max(MAX_PLACES),
  status: z.enum(['OK', 'ZERO_RESULTS']),
});
