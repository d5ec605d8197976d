import { z } from 'zod';

import { coversAll } from '../../access/client-pattern.ts';
import type { Grant } from '../../access/grant.ts';
import type { ApiContext } from './context.ts';
import { requireReader } from './client-filters.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Route } from './route.ts';

const groupsSchema = z
  .object({
    groups: z.array(
      z.object({
        name: z.string(),
        clients: z
          .array(z.string())
          .describe('Patterns of client IDs: * matches any characters, \\xHH a byte'),
      }),
    ),
  })
  .describe('Groups, in the order of their names');

/** The groups of the access file. */
export function groupsRoute({ groups }: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/groups',
    name: 'listGroups',
    summary: 'The groups that the caller may read, and who is in them',
    description: 'All groups for who may read every client. None where there is no access file.',
    scope: 'read',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The groups', content: { 'application/json': groupsSchema } },
    },
    problems: [],
    handle: ({ caller }): Answer => {
      requireReader(caller);
      const readable = [...groups()].filter(([name]) => readsGroup(caller.grant, name));
      const listed = readable
        .map(([name, clients]) => ({ name, clients: clients.map(({ text }) => text) }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return jsonAnswer({ groups: listed }, { 'cache-control': 'no-cache' });
    },
  });
}

/** Whether a caller may see the members of a group: one who may read the group, or every client. */
function readsGroup({ groups, read }: Grant, name: string): boolean {
  return groups.includes(name) || read.some(coversAll);
}
