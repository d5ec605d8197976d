import { z } from 'zod';

import { MAX_PLACES, type FailedStatus, type PlacesPage } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';

/** What a failed status becomes; one that is not listed is `UNKNOWN_ERROR`. */
const FAILED_STATUSES: ReadonlyMap<string, FailedStatus> = new Map([
  ['OVER_QUERY_LIMIT', 'OVER_QUERY_LIMIT'],
  // The following two are other Google Maps services' words.
  ['OVER_DAILY_LIMIT', 'OVER_QUERY_LIMIT'],
  ['NOT_FOUND', 'INVALID_REQUEST'],
  ['REQUEST_DENIED', 'REQUEST_DENIED'],
  ['INVALID_REQUEST', 'INVALID_REQUEST'],
]);

const verdictSchema = z.object({
  status: z.string(),
  error_message: z.string().optional(),
});

const placeSchema = z.looseObject({
  name: z.string(),
  place_id: z.string(),
  geometry: z.looseObject({
    location: z.looseObject({
      lat: z.number().min(-90).max(90),
      lng: z.number().min(-180).max(180),
    }),
  }),
  // Google's reference promises no field of a place. A place without these two is still one.
  types: z.array(z.string()).default([]),
  vicinity: z.string().default(''),
});

const pageSchema = z.object({
  html_attributions: z.array(z.string()).default([]),
  next_page_token: z.string().optional(),
  results: z.array(placeSchema).transform((places) => places.slice(0, MAX_PLACES)),
  status: z.enum(['OK', 'ZERO_RESULTS']),
});

/**
 * Reads an answer of the legacy Nearby Search. A place's fields that are not known here are kept, those of
 * the page are dropped.
 *
 * @param hideKey takes the key out of a text; every text of the answer goes through it
 * @see https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby
 * @throws {UpstreamError} where its status is a failed one, or it is not such an answer
 */
export function parseAnswer(text: string, hideKey: (text: string) => string): PlacesPage {
  const json = parseJson(text, hideKey);
  const { status, error_message } = parseShape(verdictSchema, json);
  if (status === 'OK' || status === 'ZERO_RESULTS') return parseShape(pageSchema, json);

  throw new UpstreamError({
    code: 'UPSTREAM_REFUSED',
    status: FAILED_STATUSES.get(status) ?? 'UNKNOWN_ERROR',
    message: error_message ?? 'The upstream gave no reason.',
    detail: `Its status was ${status}.`,
  });
}

function parseJson(text: string, mapText: (text: string) => string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown) =>
      typeof value === 'string' ? mapText(value) : value,
    );
  } catch {
    throw badAnswer("The upstream's answer is not JSON.");
  }
}

function parseShape<T>(schema: z.ZodType<T>, json: unknown): T {
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw badAnswer(
    "The upstream's answer is not in the shape of a Nearby Search.",
    issue && `${issue.path.join('.')}: ${issue.message}`,
  );
}

function badAnswer(message: string, detail?: string): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_BAD_ANSWER',
    status: 'UNKNOWN_ERROR',
    message,
    detail,
  });
}
