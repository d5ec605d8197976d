import { GEOJSON_TYPE, JSON_TYPE, defineRoute, NOTHING, type Answer, type Route } from './route.ts';
import {
  type ApiContext,
  besideOf,
  locate,
  READ_HEADERS,
  untilReadable,
  wantsGeoJson,
} from './context.ts';
import {
  describeLocation,
  entityTag,
  featureSchema,
  isMatch,
  locationSchema,
  tagText,
  toFeature,
} from './location.ts';
import { clientPathSchema } from './parameters.ts';

/** Where a client is. */
export function clientRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/clients/{id}',
    name: 'getClient',
    summary: 'Where a client is',
    scope: 'read',
    params: clientPathSchema,
    query: NOTHING,
    headers: {
      ...READ_HEADERS,
      'If-None-Match': 'The ETag of an answer: 304 where the location is still the same',
    },
    answers: {
      200: {
        description: 'Its last known location',
        content: { 'application/json': locationSchema, 'application/geo+json': featureSchema },
        headers: {
          ETag: 'Changes with the location, the geofences and when it was last seen, not with its age',
        },
      },
      304: { description: 'It is still where it was' },
    },
    problems: ['unknown-client', 'not-caught-up', 'clients-unreachable'],
    handle: async (request): Promise<Answer> => {
      const isGeoJson = wantsGeoJson(request.headers.accept);
      await untilReadable(context, request);
      const found = await locate(context, request, request.params.id);
      const beside = besideOf(context, request.caller, found);
      const etag = entityTag(tagText(found, beside), String(isGeoJson));
      const headers = { etag, vary: 'accept', 'cache-control': 'no-cache' };
      if (isMatch(request.headers['if-none-match'], etag)) return { status: 304, headers };
      const location = describeLocation(found, context.now(), beside);
      const body = JSON.stringify(isGeoJson ? toFeature(location) : location);
      return { status: 200, type: isGeoJson ? GEOJSON_TYPE : JSON_TYPE, body, headers };
    },
  });
}
