import type { z } from 'zod';

import { GeofenceError } from '../../service/geofences/geofence-error.ts';
import { MAX_GEOFENCES, type GeofenceOutcome } from '../../service/geofences/geofence-registry.ts';
import type { Geofence } from '../../service/geofences/geofence.ts';
import { checked, faultsProblem } from '../http/check.ts';
import { decodeUtf8, NO_EXACT_MEMBERS, parseJson } from '../http/json.ts';
import { MAX_GEOFENCE_BYTES } from '../http/limits.ts';
import { Problem } from '../http/problems.ts';
import { requireGeofenceReader } from './client-filters.ts';
import { type ApiContext, READ_HEADERS, untilReadable, wantsGeoJson } from './context.ts';
import {
  answeredSchema,
  fromFeature,
  fromJson,
  geofenceCollectionSchema,
  geofenceFeatureSchema,
  geofencePathSchema,
  geofenceSchema,
  geofencesSchema,
  toGeofenceFeature,
} from './geofence.ts';
import { entityTag, isMatch } from './location.ts';
import { requireTaken } from './report.ts';
import {
  type Answer,
  defineRoute,
  GEOJSON_TYPE,
  JSON_TYPE,
  NOTHING,
  type Route,
  type RouteRequest,
} from './route.ts';
import { TOKEN_HEADERS, written } from './write.ts';

const GEOJSON = 'application/geo+json';
const CACHED_HEADERS = {
  ...READ_HEADERS,
  'If-None-Match': 'The ETag of an answer: 304 where it would be the same again',
} as const;

/** The geofences: all, and one by its name. */
export function geofenceRoutes(context: ApiContext): Route[] {
  return [listRoute(context), getRoute(context), putRoute(context), deleteRoute(context)];
}

function listRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/geofences',
    name: 'listGeofences',
    summary: 'All geofences',
    scope: 'read',
    params: NOTHING,
    query: NOTHING,
    headers: CACHED_HEADERS,
    answers: {
      200: {
        description: `All of them, at most ${MAX_GEOFENCES} and those that were put at several servers at once`,
        content: { 'application/json': geofencesSchema, [GEOJSON]: geofenceCollectionSchema },
        headers: { ETag: 'Changes with any of them' },
      },
      304: { description: 'They are still the same' },
    },
    problems: ['not-caught-up'],
    handle: async (request): Promise<Answer> => {
      requireGeofenceReader(request.caller);
      const isGeoJson = wantsGeoJson(request.headers.accept);
      await untilReadable(context, request);
      const geofences = await context.service.geofences.list();
      return isGeoJson
        ? cached(request, true, {
            type: 'FeatureCollection',
            features: geofences.map(toGeofenceFeature),
          })
        : cached(request, false, { geofences });
    },
  });
}

function getRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/geofences/{name}',
    name: 'getGeofence',
    summary: 'A geofence',
    scope: 'read',
    params: geofencePathSchema,
    query: NOTHING,
    headers: CACHED_HEADERS,
    answers: {
      200: {
        description: 'The area, and what counts as entering it',
        content: { 'application/json': answeredSchema, [GEOJSON]: geofenceFeatureSchema },
        headers: { ETag: 'Changes with the geofence' },
      },
      304: { description: 'It is still the same' },
    },
    problems: ['unknown-geofence', 'not-caught-up'],
    handle: async (request): Promise<Answer> => {
      requireGeofenceReader(request.caller);
      const isGeoJson = wantsGeoJson(request.headers.accept);
      await untilReadable(context, request);
      const { name } = request.params;
      const fence = await context.service.geofences.get(name);
      if (fence === undefined) throw unknown(name);
      return cached(request, isGeoJson, isGeoJson ? toGeofenceFeature(fence) : fence);
    },
  });
}

function putRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'PUT',
    path: '/v1/geofences/{name}',
    name: 'putGeofence',
    summary: 'Put a geofence in the whole herd, in the place of one of its name',
    scope: 'operate',
    params: geofencePathSchema,
    query: NOTHING,
    body: {
      types: ['application/json', GEOJSON],
      maxBytes: MAX_GEOFENCE_BYTES,
      schema: geofenceSchema,
      otherSchemas: { [GEOJSON]: geofenceFeatureSchema },
    },
    answers: {
      204: {
        description: 'It is put, and what `acknowledge` promises is true',
        headers: TOKEN_HEADERS,
      },
    },
    problems: ['not-acknowledged', 'full'],
    handle: async ({ params: { name }, headers, body }): Promise<Answer> => {
      const isGeoJson = headers['content-type']?.toLowerCase().includes('geo+json') === true;
      const outcome = await body((bytes) => {
        const value = parseJson(decodeUtf8(bytes), NO_EXACT_MEMBERS);
        return put(
          context,
          isGeoJson
            ? fromFeature(name, checked(geofenceFeatureSchema, value, 'body'))
            : fromJson(name, checked(geofenceSchema, value, 'body')),
        );
      });
      requireDone(context, name, outcome);
      return written(context);
    },
  });
}

function deleteRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'DELETE',
    path: '/v1/geofences/{name}',
    name: 'deleteGeofence',
    summary: 'Remove a geofence from the whole herd',
    description: 'Who was in it has left it.',
    scope: 'operate',
    params: geofencePathSchema,
    query: NOTHING,
    headers: READ_HEADERS,
    answers: { 204: { description: 'It is removed', headers: TOKEN_HEADERS } },
    problems: ['unknown-geofence', 'not-caught-up', 'not-acknowledged', 'full'],
    handle: async (request): Promise<Answer> => {
      await untilReadable(context, request);
      const { name } = request.params;
      requireDone(context, name, await context.service.geofences.remove(name));
      return written(context);
    },
  });
}

/** An answer that is not sent again where the caller has it. */
function cached(
  { headers: asked }: RouteRequest<unknown, unknown>,
  isGeoJson: boolean,
  value:
    | Geofence
    | { readonly geofences: readonly Geofence[] }
    | z.infer<typeof geofenceFeatureSchema>
    | z.infer<typeof geofenceCollectionSchema>,
): Answer {
  const body = JSON.stringify(value);
  const headers = { etag: entityTag(body), vary: 'accept', 'cache-control': 'no-cache' };
  if (isMatch(asked['if-none-match'], headers.etag)) return { status: 304, headers };
  return { status: 200, type: isGeoJson ? GEOJSON_TYPE : JSON_TYPE, body, headers };
}

async function put({ service }: ApiContext, fence: Geofence): Promise<GeofenceOutcome> {
  try {
    return await service.geofences.put(fence);
  } catch (error) {
    if (!(error instanceof GeofenceError)) throw error;
    throw faultsProblem([{ in: 'body', member: '', expected: error.message }]);
  }
}

/** @throws {Problem} where it was refused, or its promise cannot be kept */
function requireDone({ service }: ApiContext, name: string, outcome: GeofenceOutcome): void {
  if (outcome === 'unknown geofence') throw unknown(name);
  if (outcome === 'too many geofences') {
    throw new Problem(
      'full',
      `there are ${MAX_GEOFENCES} geofences already, as many as there may be`,
    );
  }
  requireTaken(outcome, service);
}

function unknown(name: string): Problem {
  return new Problem('unknown-geofence', `there is no geofence ${JSON.stringify(name)}`);
}
