import { z } from 'zod';

import { coversClient } from '../../access/client-pattern.ts';
import { boxArea, circleArea, type LiveFilter } from '../../service/live/filter.ts';
import type { LiveCursor } from '../../service/live/cursor.ts';
import { WHOLE_EARTH } from '../../service/nearby-clients.ts';
import { formatLiveCursor, parseLiveCursor } from '../events/live-cursor.ts';
import { faultsProblem } from '../http/check.ts';
import { Problem } from '../http/problems.ts';
import { membersOf, patternOf, requireGeofenceReader, requireReader } from './client-filters.ts';
import { boxSchema, MAX_NAME, pointSchema, radiusSchema } from './clients-query.ts';
import { type ApiContext, reaching } from './context.ts';
import { clientIdSchema } from './parameters.ts';
import { defineRoute, NOTHING, type Answer, type Caller, type Route } from './route.ts';

/** The most clients that a stream names: more are a group, or all. */
const MAX_CLIENTS = 100;
/** The most geofences that a stream names. */
const MAX_GEOFENCES = 100;
/** The longest cursor: a thousand origins. */
const MAX_CURSOR = 100_000;

const clientsSchema = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(clientIdSchema).max(MAX_CLIENTS),
);

const geofencesSchema = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1).max(MAX_NAME)).max(MAX_GEOFENCES),
);

const eventsQuerySchema = z.strictObject({
  client: clientsSchema.optional().describe('Only this client; may be given several times'),
  group: z.string().min(1).max(MAX_NAME).optional().describe('Only the members of this group'),
  name: z
    .string()
    .min(1)
    .max(MAX_NAME)
    .optional()
    .describe('Only clients with this ID; * matches any characters, \\* a star'),
  bbox: boxSchema.optional().describe('Only those in a box: west,south,east,north in degrees'),
  near: pointSchema.optional().describe('Only those around a point: latitude,longitude in degrees'),
  radius: radiusSchema.optional().describe('How far around it, in metres; with near'),
  geofence: geofencesSchema
    .optional()
    .describe(
      'Only those in this geofence, and who enters and leaves it; may be given several times',
    ),
  seen: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: also `seen` events, for signs of life without a location'),
  cursor: z
    .string()
    .max(MAX_CURSOR)
    .optional()
    .describe(
      'The ID of the last event, where Last-Event-ID cannot be sent; empty as if it were not there',
    ),
  ticket: z.string().max(200).optional().describe('Stands for a token: see POST /v1/tickets'),
});

type EventsQuery = z.output<typeof eventsQuerySchema>;

/** What happens, as it happens. */
export function eventsRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/events',
    name: 'streamEvents',
    summary: 'Where clients are, as they report',
    description:
      'Server-sent events, or with `Upgrade: websocket` messages of a WebSocket. First a `location` of each client that matches, then `ready`, then each change: `location` with the data of GET /v1/clients/{id}; `enter` and `leave` where a client has entered or left a geofence; `left` where it is no longer in the area or the geofences asked for; `removed` where it was removed; with `seen=true`, `seen` where it was seen and has not said where it is. A reader that is slow gets the latest location of each client, not every one. IDs of events are cursors: with the last one a stream goes on at any server of the herd, and where that is not possible it begins with `reset` and everything. A message of a WebSocket is a JSON object with the `event` and its `data`; of the event `cursor`, with the `id` to go on from.',
    scope: 'read',
    isStream: true,
    params: NOTHING,
    query: eventsQuerySchema,
    headers: { 'Last-Event-ID': 'The ID of the last event: only what changed since comes' },
    answers: {
      101: { description: 'A WebSocket: events as messages, until one side closes it' },
      200: {
        description: 'Events, until one side ends it',
        content: { 'text/event-stream': z.string() },
      },
    },
    problems: ['forbidden', 'too-many-streams', 'starting', 'clients-unreachable'],
    handle: async (request): Promise<Answer> => {
      const { query, caller, headers, isWebSocket } = request;
      requireReader(caller);
      if (context.herd.isReplaying() || !context.service.geofenceTracking.isReady) {
        throw new Problem(
          'starting',
          'the journal is still being read',
          {},
          { 'retry-after': '1' },
        );
      }
      const last = headers['last-event-id'];
      const had = cursorOf(typeof last === 'string' && last !== '' ? last : query.cursor);
      const filter = filterOf(context, query, caller);
      await requireHere(context, query);
      if (isWebSocket) {
        return { status: 101, accept: context.streams.openWebSocket(caller, filter, had) };
      }
      const body = context.streams.open(caller, filter, had);
      return { status: 200, type: 'text/event-stream', body, headers: STREAM_HEADERS };
    },
  });
}

/**
 * Where no server holds every client, clients that a stream names are read before it begins; for another one there has to be
 * somebody who holds each client.
 */
async function requireHere(context: ApiContext, { client: clients }: EventsQuery): Promise<void> {
  if (context.service.holdsAll) return;
  if (clients === undefined) {
    await reaching(context.service.finder.inBox(WHOLE_EARTH, { limit: 1 }));
    return;
  }
  const locating = clients.map(async (client) => context.service.locations.get(client));
  await reaching(Promise.all(locating));
}

/** Nothing on the way keeps it, changes it, or waits until there is more of it. */
const STREAM_HEADERS = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

function cursorOf(text: string | undefined): LiveCursor | undefined {
  if (text === undefined || text === '') return undefined;
  const cursor = parseLiveCursor(text);
  if (cursor !== undefined) return cursor;
  const example = formatLiveCursor({
    timeMs: 0,
    vector: [{ name: 'Riley', epoch: 1, sequence: 1 }],
  });
  const expected = `the ID of an event of a stream, such as ${example}`;
  throw faultsProblem([{ in: 'query', member: 'cursor', expected }]);
}

function filterOf(context: ApiContext, query: EventsQuery, caller: Caller): LiveFilter {
  const { client: clients, group, name } = query;
  if (query.geofence !== undefined) requireGeofenceReader(caller);
  for (const client of clients ?? []) caller.require('read', client.toString('latin1'));
  const members = group === undefined ? undefined : membersOf(context, group);
  const named = name === undefined ? undefined : patternOf(name);
  const isUnfiltered = members === undefined && named === undefined && caller.readsAll;
  const accepts = (bytes: Buffer): boolean => {
    const client = bytes.toString('latin1');
    if (named !== undefined && !coversClient(named, client)) return false;
    if (members?.some((member) => coversClient(member, client)) === false) return false;
    return caller.may('read', client);
  };
  return {
    clients,
    accepts: isUnfiltered ? undefined : accepts,
    ...areaOf(query),
    geofences: query.geofence && new Set(query.geofence),
    wantsSeen: query.seen === 'true',
    hidesGeofences: !caller.readsGeofences,
  };
}

function areaOf({ bbox, near, radius }: EventsQuery): Pick<LiveFilter, 'area' | 'bounds'> {
  if ((near === undefined) !== (radius === undefined)) {
    throw faultsProblem([{ in: 'query', member: 'radius', expected: 'near and radius together' }]);
  }
  if (bbox !== undefined && near !== undefined) {
    throw faultsProblem([{ in: 'query', member: '', expected: 'one of bbox and near at most' }]);
  }
  if (bbox !== undefined) return { area: boxArea(bbox), bounds: { kind: 'box', ...bbox } };
  if (near === undefined || radius === undefined) return {};
  const { latitudeE7, longitudeE7 } = near;
  const bounds = { kind: 'near', latitudeE7, longitudeE7, radiusMetres: radius } as const;
  return { area: circleArea(latitudeE7, longitudeE7, radius), bounds };
}
