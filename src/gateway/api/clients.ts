import { z } from 'zod';

import {
  type ClientQuestion,
  type NearbyClients,
  WHOLE_EARTH,
} from '../../service/nearby-clients.ts';
import { type RequestFault, faultsProblem } from '../http/check.ts';
import { listedOf } from './client-filters.ts';
import {
  type ApiContext,
  besideOf,
  locate,
  READ_HEADERS,
  reaching,
  requireReplayed,
  untilReadable,
  wantsGeoJson,
} from './context.ts';
import {
  type ClientsQuery,
  clientsQuerySchema,
  formatCursor,
  type ListCursor,
  parseCursor,
} from './clients-query.ts';
import { describeLocation, featureSchema, locationSchema, toFeature } from './location.ts';
import {
  type Answer,
  defineRoute,
  GEOJSON_TYPE,
  JSON_TYPE,
  NOTHING,
  type Route,
  type RouteRequest,
} from './route.ts';

const listedSchema = locationSchema.extend({
  distanceM: z
    .number()
    .optional()
    .describe('From the point or client that was asked about, in metres'),
});

const listSchema = z.object({
  clients: z.array(listedSchema),
  next: z
    .string()
    .optional()
    .describe(
      'The `cursor` of the next request; none: these are all. It may be there with fewer clients than `limit`',
    ),
});

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(featureSchema),
  next: z.string().optional(),
});

/** Where clients are: all, those in a box, those near a point or a client. */
export function clientsRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/clients',
    name: 'listClients',
    summary: 'Where clients are: all, those in a box, or who is near',
    description:
      'Around a point or a client the nearest come first; else those nearest to the middle of the box. Each client is in one answer of a list, unless it moves meanwhile.',
    scope: 'read',
    params: NOTHING,
    query: clientsQuerySchema,
    headers: READ_HEADERS,
    answers: {
      200: {
        description: 'Some of them, and how to ask for more',
        content: { 'application/json': listSchema, 'application/geo+json': collectionSchema },
        headers: { Link: '`rel="next"`: the next request (RFC 8288)' },
      },
    },
    problems: ['unknown-client', 'not-caught-up', 'starting', 'clients-unreachable'],
    handle: (request) => list(context, request),
  });
}

async function list(
  context: ApiContext,
  request: RouteRequest<unknown, ClientsQuery>,
): Promise<Answer> {
  const { query, caller } = request;
  requireFitting(query);
  const isGeoJson = wantsGeoJson(request.headers.accept);
  await untilReadable(context, request);
  requireReplayed(context);
  const around = await placeOf(context, request);
  const found = await reaching(ask(context, request, around));
  const now = context.now();
  const clients = found.clients.map(({ location, distanceMetres }) => ({
    ...describeLocation(location, now, besideOf(context, caller, location)),
    ...(around === undefined ? {} : { distanceM: distanceMetres }),
  }));
  const next = found.next && formatCursor({ ...(around ?? ORIGIN), after: found.next });
  const headers = { vary: 'accept', 'cache-control': 'no-cache', ...linkOf(request.url, next) };
  const more = next === undefined ? {} : { next };
  const body = isGeoJson
    ? { type: 'FeatureCollection', features: clients.map((each) => toFeature(each)), ...more }
    : { clients, ...more };
  const type = isGeoJson ? GEOJSON_TYPE : JSON_TYPE;
  return { status: 200, type, body: JSON.stringify(body), headers };
}

/** The point that a list is around. */
type Around = Omit<ListCursor, 'after'>;

const ORIGIN: Around = { latitudeE7: 0, longitudeE7: 0 };

function requireFitting({ bbox, near, nearClient, radius }: ClientsQuery): void {
  const faults: RequestFault[] = [];
  const places = [bbox, near, nearClient].filter((each) => each !== undefined);
  if (places.length > 1) {
    faults.push({ in: 'query', member: '', expected: 'one of bbox, near and nearClient at most' });
  }
  if (radius !== undefined && near === undefined && nearClient === undefined) {
    faults.push({ in: 'query', member: 'radius', expected: 'near or nearClient beside it' });
  }
  if (faults.length > 0) throw faultsProblem(faults);
}

/** The point to measure from: a list that goes on stays around the point that it began with. */
async function placeOf(
  context: ApiContext,
  request: RouteRequest<unknown, ClientsQuery>,
): Promise<Around | undefined> {
  const { cursor, near, nearClient } = request.query;
  if (near === undefined && nearClient === undefined) return undefined;
  if (cursor !== undefined) return parseCursor(cursor);
  if (nearClient === undefined) return near;
  const { latitude, longitude } = (await locate(context, request, nearClient)).position;
  return { latitudeE7: Math.round(latitude * 1e7), longitudeE7: Math.round(longitude * 1e7) };
}

function ask(
  context: ApiContext,
  { query, caller }: RouteRequest<unknown, ClientsQuery>,
  around: Around | undefined,
): Promise<NearbyClients> {
  const { finder } = context.service;
  const { limit, cursor, bbox, radius } = query;
  const after = cursor === undefined ? undefined : parseCursor(cursor).after;
  const question: ClientQuestion = { limit, after, isWanted: listedOf(context, query, caller) };
  if (around === undefined) return finder.inBox(bbox ?? WHOLE_EARTH, question);
  const { latitudeE7, longitudeE7 } = around;
  return finder.nearest(latitudeE7, longitudeE7, { ...question, radiusMetres: radius });
}

function linkOf(url: string, next: string | undefined): Readonly<Record<string, string>> {
  if (next === undefined) return {};
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', next);
  return { link: `<${path}?${parameters.toString()}>; rel="next"` };
}
