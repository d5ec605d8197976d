import { z } from 'zod';

import { MAX_SET_CLIENTS } from '../../service/client-sets.ts';
import type { Location } from '../../service/location-service.ts';
import { requireReader } from '../api/client-filters.ts';
import { type ApiContext, requireReplayed, untilReadable } from '../api/context.ts';
import {
  type Answer,
  defineRoute,
  jsonAnswer,
  NOTHING,
  type Route,
  type RouteRequest,
} from '../api/route.ts';
import { Problem } from '../http/problems.ts';
import { deviceOf } from './device.ts';
import { recordedOf, recordedSchema } from './location.ts';
import { findRecorded, isWantedBy, MAX_RECORDED, type RecordedParts } from './recorded-clients.ts';

/*
 * The API of OwnTracks' recorder, as far as its own web page needs it: https://github.com/owntracks/recorder. Others than
 * these parameters are passed over, as they are there.
 */

const JSON_BODY = 'application/json';
/** The longest list of fields. */
const MAX_FIELDS = 1000;
const nameSchema = z.string().max(4096).optional();
const whoseSchema = z.object({
  user: nameSchema.describe('The user: a client’s ID up to its first `/`'),
  device: nameSchema.describe('The device: the part after it, or `phone`'),
});
const lastSchema = whoseSchema.extend({
  fields: z
    .string()
    .max(MAX_FIELDS)
    .optional()
    .describe('Only these members, with commas between them'),
});
const locationsSchema = whoseSchema.extend({
  format: z.literal('json', { error: 'json' }).optional().describe('There is no other one'),
});

/** What these routes need beyond those of the API. */
export type RecorderContext = ApiContext & Pick<RecordedParts, 'sets'>;

/** The routes of the recorder's API. */
export function recorderRoutes(context: RecorderContext): Route[] {
  return [
    versionRoute(context),
    listRoute(context),
    lastRoute(context),
    locationsRoute(context),
    liveRoute(context),
  ];
}

function versionRoute({ herd }: RecorderContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/0/version',
    name: 'getRecorderVersion',
    summary: 'The version of this program (API of OwnTracks’ recorder)',
    scope: 'public',
    params: NOTHING,
    query: z.object({}),
    answers: {
      200: {
        description: 'The version',
        content: { [JSON_BODY]: z.object({ version: z.string() }) },
      },
    },
    problems: [],
    handle: () => jsonAnswer({ version: herd.version }),
  });
}

function listRoute(context: RecorderContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/0/list',
    name: 'listRecorded',
    summary: 'Users, or the devices of a user (API of OwnTracks’ recorder)',
    description:
      'With user and device it is the list of the recorder’s files, of which there are none.',
    scope: 'read',
    params: NOTHING,
    query: whoseSchema,
    answers: {
      200: {
        description: `Names in their order, of ${MAX_RECORDED} clients at most`,
        content: { [JSON_BODY]: z.object({ results: z.array(z.string()) }) },
      },
    },
    problems: ['forbidden', 'starting'],
    handle: async (request): Promise<Answer> => {
      const { user, device } = request.query;
      if (user !== undefined && device !== undefined) return jsonAnswer({ results: [] });
      const devices = (await find(context, request)).map(({ client }) => deviceOf(client));
      const names = devices.map((each) => (user === undefined ? each.user : each.device));
      return jsonAnswer({ results: [...new Set(names)].sort() });
    },
  });
}

function lastRoute(context: RecorderContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/0/last',
    name: 'listLast',
    summary: 'Where devices are (API of OwnTracks’ recorder)',
    scope: 'read',
    params: NOTHING,
    query: lastSchema,
    answers: {
      200: {
        description: `One of each device, ${MAX_RECORDED} at most; with cards where they are ${MAX_SET_CLIENTS} at most`,
        content: { [JSON_BODY]: z.array(recordedSchema) },
      },
    },
    problems: ['forbidden', 'starting'],
    handle: async (request): Promise<Answer> => {
      const fields = request.query.fields?.split(',');
      const all = recordedAll(context, await find(context, request));
      if (fields === undefined) return jsonAnswer(all);
      const named = (entries: object) =>
        Object.fromEntries(Object.entries(entries).filter(([name]) => fields.includes(name)));
      return jsonAnswer(all.map(named));
    },
  });
}

function locationsRoute(context: RecorderContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/0/locations',
    name: 'listLocations',
    summary: 'The track of a device, which is where it is (API of OwnTracks’ recorder)',
    description:
      'The herd keeps where devices are, not where they were: whatever time is asked for.',
    scope: 'read',
    params: NOTHING,
    query: locationsSchema,
    answers: {
      200: {
        description: 'The last location of the device, or none',
        content: {
          [JSON_BODY]: z.object({
            count: z.number(),
            data: z.array(recordedSchema),
            status: z.literal(200),
          }),
        },
      },
    },
    problems: ['forbidden', 'starting'],
    handle: async (request): Promise<Answer> => {
      const data = recordedAll(context, await find(context, request));
      return jsonAnswer({ count: data.length, data, status: 200 });
    },
  });
}

function liveRoute(context: RecorderContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/ws/last',
    name: 'streamLast',
    summary: 'Where devices are, as they report (API of OwnTracks’ recorder)',
    description:
      'A WebSocket. Upon the message `LAST` it sends the last location of each device, each as a JSON object as in GET /api/0/last without its card, and then each as it is reported. `LAST` again sends all again.',
    scope: 'read',
    isStream: true,
    params: NOTHING,
    query: whoseSchema.extend({
      ticket: z.string().max(200).optional().describe('Stands for a token: see POST /v1/tickets'),
    }),
    answers: { 101: { description: 'A WebSocket, until one side closes it' } },
    problems: ['forbidden', 'too-many-streams', 'starting', 'upgrade-required'],
    handle: ({ caller, query, isWebSocket }): Answer => {
      requireReader(caller);
      if (!isWebSocket) {
        const headers = { upgrade: 'websocket', connection: 'Upgrade' };
        throw new Problem('upgrade-required', 'expected Upgrade: websocket', {}, headers);
      }
      requireReplayed(context);
      const isWanted = isWantedBy(caller, query);
      const accepts = (client: Buffer): boolean => isWanted(client.toString('latin1'));
      const isOfAll = caller.readsAll && query.user === undefined;
      const filter = { accepts: isOfAll ? undefined : accepts };
      return { status: 101, accept: context.streams.openRecorder(caller, filter) };
    },
  });
}

/** The locations that are asked for. @throws {Problem} where the caller may read nobody, or not all is read yet */
async function find(
  context: RecorderContext,
  request: RouteRequest<unknown, z.output<typeof whoseSchema>>,
): Promise<readonly Location[]> {
  requireReader(request.caller);
  await untilReadable(context, request);
  requireReplayed(context);
  return findRecorded(context, request.caller, request.query);
}

/** Locations as they are answered: of a team with cards, whose pictures are large. */
function recordedAll({ service }: RecorderContext, locations: readonly Location[]) {
  const hasCards = locations.length <= MAX_SET_CLIENTS;
  return locations.map((location) => {
    const client = Buffer.from(location.client, 'latin1');
    return recordedOf(location, hasCards ? service.cards.get(client) : undefined);
  });
}
