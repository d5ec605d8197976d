import { checked } from '../http/check.ts';
import { decodeUtf8, parseJson } from '../http/json.ts';
import { MAX_REPORT_BYTES } from '../http/limits.ts';
import type { ApiContext } from './context.ts';
import { clientPathSchema } from './parameters.ts';
import { EXACT_MEMBERS, report, reportSchema, requireTaken } from './report.ts';
import { type Answer, defineRoute, NOTHING, type Route } from './route.ts';

/** The header of an answer to a write. */
export const TOKEN_HEADERS = {
  'Consistency-Token': 'For a read at any server of the herd that has to see this write',
} as const;

/** Says where a client is. */
export function putLocationRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'PUT',
    path: '/v1/clients/{id}/location',
    name: 'putLocation',
    summary: 'Report where a client is',
    description:
      'One that is older than what the herd knows is answered alike, and changes nothing.',
    scope: 'report',
    params: clientPathSchema,
    query: NOTHING,
    body: { types: ['application/json'], maxBytes: MAX_REPORT_BYTES, schema: reportSchema },
    answers: {
      204: {
        description: 'It was taken, and what `acknowledge` promises is true',
        headers: TOKEN_HEADERS,
      },
    },
    problems: ['not-acknowledged', 'full'],
    handle: async ({ caller, params: { id }, body }) => {
      caller.require('report', id.toString('latin1'));
      await body(async (bytes) => {
        const values = checked(reportSchema, parseJson(decodeUtf8(bytes), EXACT_MEMBERS), 'body');
        await report(context.service, id, values, context.now());
      });
      return written(context);
    },
  });
}

/** Removes a client. */
export function deleteClientRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'DELETE',
    path: '/v1/clients/{id}',
    name: 'deleteClient',
    summary: 'Remove a client from the whole herd, until it reports again',
    description: 'Also one that is not known here, or yet: earlier reports do not bring it back.',
    scope: 'report',
    params: clientPathSchema,
    query: NOTHING,
    answers: { 204: { description: 'It is removed', headers: TOKEN_HEADERS } },
    problems: ['not-acknowledged', 'full'],
    handle: async ({ caller, params: { id } }) => {
      caller.require('report', id.toString('latin1'));
      requireTaken(await context.service.remove(id), context.service);
      return written(context);
    },
  });
}

/** The answer to a write that was taken. */
export function written({ consistency }: ApiContext): Answer {
  return { status: 204, headers: { 'consistency-token': consistency.token } };
}
