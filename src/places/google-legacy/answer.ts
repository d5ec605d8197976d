import { z } from 'zod';

import type { FailedAnswer } from '../ask-upstream.ts';
import { explainFailure as explainGoogleFailure } from '../google/failure.ts';
import { knownDetails, webUrl, type PlaceDetails } from '../details.ts';
import { distinctPlaces } from '../distinct-places.ts';
import { MAX_PLACES, type FailedStatus, type Place, type SourceAnswer } from '../provider.ts';
import { checkShape } from '../read-answer.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';

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

/** Google's reference promises no field of a place. */
const placeSchema = z.looseObject({
  // A place without one of these three cannot be passed on, and is left out.
  name: z.string().optional(),
  place_id: z.string().optional(),
  geometry: z
    .looseObject({
      location: z
        .looseObject({
          lat: z.number().min(-90).max(90),
          lng: z.number().min(-180).max(180),
        })
        .optional(),
    })
    .optional(),
  // One without these two is still one.
  types: z.array(z.string()).default([]),
  vicinity: z.string().default(''),
});

/** What Google's reference says little of: where it is odd, it is in no details, and passed on as it is. */
const furtherSchema = z.object({
  opening_hours: z
    .object({
      open_now: z.boolean().optional().catch(undefined),
      weekday_text: z.array(z.string()).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  international_phone_number: z.string().optional().catch(undefined),
  website: z.string().optional().catch(undefined),
  wheelchair_accessible_entrance: z.boolean().optional().catch(undefined),
});

const pageSchema = z.object({
  html_attributions: z.array(z.string()).default([]),
  next_page_token: z.string().optional(),
  results: z.array(placeSchema),
  status: z.enum(['OK', 'ZERO_RESULTS']),
});

/** What the refusal says that every project gets which was made since Google closed its legacy APIs. */
const LEGACY_REFUSAL = /legacy API|LegacyApiNotActivated/i;

const LEGACY_REMEDY =
  'Projects that are new cannot call the legacy API: set places.provider to google, and enable ' +
  "Places API (New) for the key's project.";

const KEY_REMEDY =
  'Check the key, its restrictions, and that the Places API and billing are enabled for its project.';

const ANSWER = 'a Nearby Search';

/**
 * Reads an answer of the legacy Nearby Search. A place's fields that are not known here are kept, those of
 * the page are dropped.
 *
 * @param shortPagesComplete whether fewer than 20 places without a further page are complete
 * @see https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby
 * @throws {UpstreamError} where its status is a failed one, or it is not such an answer
 */
export function readAnswer(json: unknown, shortPagesComplete: boolean): SourceAnswer {
  const { status, error_message } = checkShape(verdictSchema, json, ANSWER);
  if (status === 'OK' || status === 'ZERO_RESULTS') {
    const page = checkShape(pageSchema, json, ANSWER);
    const isShort = page.results.length < MAX_PLACES && page.next_page_token === undefined;
    const results = distinctPlaces(page.results.flatMap((place) => toPlace(place) ?? []));
    return {
      page: { ...page, results, status: results.length === 0 ? 'ZERO_RESULTS' : 'OK' },
      complete: isShort && shortPagesComplete,
    };
  }

  const failed = FAILED_STATUSES.get(status) ?? 'UNKNOWN_ERROR';
  throw new UpstreamError({
    code: 'UPSTREAM_REFUSED',
    status: failed,
    message: error_message ?? 'The upstream gave no reason.',
    detail: `Its status was ${status}.${remedyFor(failed, error_message)}`,
  });
}

/** `undefined` where it lacks what every place has. */
function toPlace(place: z.infer<typeof placeSchema>): Place | undefined {
  const { name, place_id, geometry } = place;
  const location = geometry?.location;
  if (!name || !place_id || location === undefined) return undefined;
  const { details: _details, prominence: _prominence, ...given } = place;
  const details = detailsOf(place);
  return {
    ...given,
    name,
    place_id,
    geometry: { ...geometry, location },
    ...(details && { details }),
  };
}

/** In the form of all providers. */
function detailsOf(place: z.infer<typeof placeSchema>): PlaceDetails | undefined {
  const further = furtherSchema.parse(place);
  const { open_now: openNow, weekday_text: weekdays } = further.opening_hours ?? {};
  const openingHours = {
    ...(openNow !== undefined && { openNow }),
    ...(weekdays?.length && { weekdays }),
  };
  const isAccessible = further.wheelchair_accessible_entrance;
  return knownDetails({
    openingHours: Object.keys(openingHours).length === 0 ? undefined : openingHours,
    phone: further.international_phone_number,
    website: webUrl(further.website),
    wheelchair: isAccessible === undefined ? undefined : isAccessible ? 'yes' : 'no',
  });
}

/**
 * Adds what Google says in an answer with another HTTP status than 200: in the shape of its Nearby Search,
 * or of its newer services' errors.
 */
export function explainFailure(failure: UpstreamFailure, answer: FailedAnswer): UpstreamFailure {
  const { data } = verdictSchema.safeParse(answer.json);
  if (data === undefined) return explainGoogleFailure(failure, answer, KEY_REMEDY);
  const status = FAILED_STATUSES.get(data.status) ?? failure.status;
  const message = data.error_message ?? failure.message;
  const said = `HTTP status ${answer.httpStatus}, ${data.status}.`;
  return { ...failure, status, message, detail: said + remedyFor(status, message) };
}

/** What an operator can do about a refusal. */
function remedyFor(status: FailedStatus, message = ''): string {
  if (LEGACY_REFUSAL.test(message)) return ` ${LEGACY_REMEDY}`;
  return status === 'REQUEST_DENIED' ? ` ${KEY_REMEDY}` : '';
}
