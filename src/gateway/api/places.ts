import { z } from 'zod';

import {
  ChoicesError,
  detailsSchema,
  isPlaceType,
  MAX_TYPES,
  parseLanguage,
  PLACE_TYPES,
  RANKS,
  type FoundPlace,
  type FoundPlaces,
  type PlaceType,
} from '../../service/place-choices.ts';
import { faultsProblem } from '../http/check.ts';
import { Problem } from '../http/problems.ts';
import {
  type ApiContext,
  besideOf,
  locate,
  READ_HEADERS,
  untilReadable,
  wantsGeoJson,
} from './context.ts';
import { describeLocation, featureSchema, locationSchema, toFeature } from './location.ts';
import { bounded, clientPathSchema, count, numberParameter } from './parameters.ts';
import { type Answer, defineRoute, GEOJSON_TYPE, JSON_TYPE, type Route } from './route.ts';

/** What a search may ask for: as `WHATSAT`. */
const MAX_RADIUS_M = 50_000;
const MAX_LIMIT = 20;
const DEFAULT_RADIUS_M = 1000;

const TYPES = `at most ${MAX_TYPES} types with commas between them`;
/** What is named where a type is not known and none is like it. */
const SOME_TYPES = ['cafe', 'museum', 'park', 'pharmacy', 'restaurant', 'train_station'];
/** As much of a wrong type as is shown. */
const SHOWN_CHARACTERS = 40;
const LANGUAGE = 'a language tag (BCP 47), for example en or pt-BR';
const RANK = RANKS.join(' or ');

const typesSchema = z.string({ error: TYPES }).transform((text, context): PlaceType[] => {
  const words = text.split(',');
  const unknown = words.find((word) => !isPlaceType(word));
  const types = words.filter(isPlaceType);
  if (unknown === undefined && types.length <= MAX_TYPES) return types;
  const found = unknown === undefined ? `found ${types.length}` : unknownType(unknown);
  context.addIssue({ code: 'custom', message: `${TYPES}; ${found}` });
  return z.NEVER;
});

/** `there is no type "coffee"; there are cafe, museum, …, and others (see /v1/openapi.json)` */
function unknownType(word: string): string {
  const alike = PLACE_TYPES.filter((type) => word.length > 2 && type.includes(word));
  const some = (alike.length === 0 ? SOME_TYPES : alike.slice(0, SOME_TYPES.length)).join(', ');
  const shown = JSON.stringify(word.slice(0, SHOWN_CHARACTERS));
  return `there is no type ${shown}; there are ${some} and others (see /v1/openapi.json)`;
}

const languageSchema = z.string({ error: LANGUAGE }).transform((text, context): string => {
  const language = parseLanguage(text);
  if (language !== undefined) return language;
  context.addIssue({ code: 'custom', message: LANGUAGE });
  return z.NEVER;
});

const placeSchema = z
  .object({
    id: z.string().describe("The provider's ID of the place"),
    name: z.string().describe('In the requested language, if it has a name in it'),
    latitude: z.number(),
    longitude: z.number(),
    distanceM: z.number().describe('From the client, in metres'),
    types: z.array(z.string()),
    vicinity: z.string().describe('An address, or the region that it is in'),
    ...detailsSchema.shape,
  })
  .describe('A place; members that the provider does not know are missing');

const answerSchema = z.object({
  location: locationSchema.describe('Where the client is'),
  places: z.array(placeSchema).describe('The places near it, in the order that was asked for'),
  attributions: z.array(z.string()).describe('HTML that is to be shown with the places'),
});

const placeFeatureSchema = z.object({
  type: z.literal('Feature'),
  id: z.string(),
  geometry: z.object({ type: z.literal('Point'), coordinates: z.array(z.number()).length(2) }),
  properties: placeSchema.omit({ id: true, latitude: true, longitude: true }),
});

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  location: featureSchema.describe('Where the client is'),
  features: z.array(placeFeatureSchema),
  attributions: z.array(z.string()),
});

/** The places near a client. */
export function placesRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/clients/{id}/places',
    name: 'getPlaces',
    summary: 'The places near a client',
    scope: 'read',
    params: clientPathSchema,
    query: z.strictObject({
      radius: numberParameter(bounded(1, MAX_RADIUS_M))
        .default(DEFAULT_RADIUS_M)
        .describe('No farther than so many metres'),
      limit: numberParameter(count(1, MAX_LIMIT)).default(MAX_LIMIT).describe('The most places'),
      rank: z
        .enum(RANKS, { error: RANK })
        .optional()
        .describe('The order: the best-known or the nearest first'),
      types: typesSchema
        .optional()
        .describe(`Only places of one of these types: ${TYPES}, of ${PLACE_TYPES.join(', ')}`),
      language: languageSchema.optional().describe(`Of names and addresses: ${LANGUAGE}`),
    }),
    headers: READ_HEADERS,
    answers: {
      200: {
        description: 'Where the client is, and the places near it',
        content: { 'application/json': answerSchema, 'application/geo+json': collectionSchema },
      },
    },
    problems: ['unknown-client', 'not-caught-up', 'clients-unreachable', 'places-failed'],
    handle: async (request): Promise<Answer> => {
      const { caller, params, query, signal } = request;
      const isGeoJson = wantsGeoJson(request.headers.accept);
      await untilReadable(context, request);
      const found = await locate(context, request, params.id);
      const { radius: radiusMetres, limit: bound, rank, types, language } = query;
      const search = context.service.places
        .find(found, { radiusMetres, bound }, { rank, types, language }, signal)
        .catch(asProblem);
      const { places, attributions } = requireFound(await search);
      const location = describeLocation(found, context.now(), besideOf(context, caller, found));
      const body = isGeoJson
        ? {
            type: 'FeatureCollection',
            location: toFeature(location),
            features: places.map(placeFeature),
            attributions,
          }
        : { location, places, attributions };
      const type = isGeoJson ? GEOJSON_TYPE : JSON_TYPE;
      const headers = { vary: 'accept', 'cache-control': 'no-cache' };
      return { status: 200, type, body: JSON.stringify(body), headers };
    },
  });
}

/** @throws {Problem} where what was chosen is nothing that the provider can answer */
function asProblem(error: unknown): never {
  if (!(error instanceof ChoicesError)) throw error;
  throw faultsProblem([{ in: 'query', member: 'types', expected: error.message }]);
}

/** @throws {Problem} where the provider has failed */
function requireFound(found: FoundPlaces): FoundPlaces {
  const { status, message = `its status is ${status}` } = found;
  if (status === 'OK' || status === 'ZERO_RESULTS') return found;
  throw new Problem('places-failed', message, { providerStatus: status });
}

function placeFeature({ id, latitude, longitude, ...properties }: FoundPlace) {
  const geometry = { type: 'Point', coordinates: [longitude, latitude] };
  return { type: 'Feature', id, geometry, properties };
}
