import { z } from 'zod';

import { Problem } from '../http/problems.ts';
import { type ApiContext, locate, READ_HEADERS, untilReadable, wantsGeoJson } from './context.ts';
import { describeLocation, featureSchema, locationSchema, toFeature } from './location.ts';
import { bounded, clientPathSchema, count, numberParameter } from './parameters.ts';
import { type Answer, defineRoute, GEOJSON_TYPE, JSON_TYPE, type Route } from './route.ts';

/** What a search may ask for: as `WHATSAT`. */
const MAX_RADIUS_M = 50_000;
const MAX_LIMIT = 20;
const DEFAULT_RADIUS_M = 1000;
const METRES_A_KILOMETRE = 1000;

const placeSchema = z
  .object({
    id: z.string().describe("The provider's ID of the place"),
    name: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    types: z.array(z.string()),
    vicinity: z.string().describe('An address, or the region that it is in'),
  })
  .describe('A place');

type Place = z.infer<typeof placeSchema>;

const answerSchema = z.object({
  location: locationSchema.describe('Where the client is'),
  places: z.array(placeSchema).describe('The places near it, as the provider orders them'),
  attributions: z.array(z.string()).describe('HTML that is to be shown with the places'),
});

const placeFeatureSchema = z.object({
  type: z.literal('Feature'),
  id: z.string(),
  geometry: z.object({ type: z.literal('Point'), coordinates: z.array(z.number()).length(2) }),
  properties: z.looseObject({ name: z.string(), types: z.array(z.string()) }),
});

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  location: featureSchema.describe('Where the client is'),
  features: z.array(placeFeatureSchema),
  attributions: z.array(z.string()),
});

/** What the search gives: the shape of Google's Nearby Search. */
const foundSchema = z.looseObject({
  status: z.string(),
  error_message: z.string().optional(),
  html_attributions: z.array(z.string()),
  results: z.array(
    z.looseObject({
      place_id: z.string(),
      name: z.string(),
      geometry: z.object({ location: z.object({ lat: z.number(), lng: z.number() }) }),
      types: z.array(z.string()),
      vicinity: z.string(),
    }),
  ),
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
    }),
    headers: READ_HEADERS,
    answers: {
      200: {
        description: 'Where the client is, and the places near it',
        content: { 'application/json': answerSchema, 'application/geo+json': collectionSchema },
      },
    },
    problems: ['unknown-client', 'not-caught-up', 'places-failed'],
    handle: async (request): Promise<Answer> => {
      const { caller, params, query, signal } = request;
      const isGeoJson = wantsGeoJson(request.headers.accept);
      await untilReadable(context, request);
      const found = await locate(context, caller, params.id);
      const radiusKm = query.radius / METRES_A_KILOMETRE;
      const bytes = await context.service.places(found, radiusKm, query.limit, signal);
      const location = describeLocation(found, context.now());
      const { places, attributions } = readPlaces(bytes);
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

/** @throws {Problem} where the provider has failed */
function readPlaces(bytes: Buffer): { places: Place[]; attributions: string[] } {
  const found = foundSchema.parse(JSON.parse(bytes.toString()));
  const { status, results, error_message: reason, html_attributions: attributions } = found;
  if (status !== 'OK' && status !== 'ZERO_RESULTS') {
    const detail = reason ?? `its status is ${status}`;
    throw new Problem('places-failed', detail, { providerStatus: status });
  }
  const places = results.map(({ place_id: id, name, geometry, types, vicinity }) => {
    const { lat: latitude, lng: longitude } = geometry.location;
    return { id, name, latitude, longitude, types, vicinity };
  });
  return { places, attributions };
}

function placeFeature({ id, latitude, longitude, ...properties }: Place) {
  const geometry = { type: 'Point', coordinates: [longitude, latitude] };
  return { type: 'Feature', id, geometry, properties };
}
