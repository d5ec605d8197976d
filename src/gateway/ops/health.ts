import { z } from 'zod';

import { defineRoute, jsonAnswer, NOTHING, type Route } from '../api/route.ts';
import { unreadyBecause, type Readiness } from './readiness.ts';

const NO_STORE = { 'cache-control': 'no-store' };

/** Whether the process answers. */
export function healthRoute(): Route {
  return defineRoute({
    method: 'GET',
    path: '/healthz',
    name: 'getHealth',
    summary: 'Whether the server answers',
    description:
      'It says nothing of the rest of the herd: one that does not answer is to be started again.',
    scope: 'public',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: {
        description: 'It does',
        content: { 'application/json': z.object({ status: z.literal('ok') }) },
      },
    },
    problems: [],
    handle: () => jsonAnswer({ status: 'ok' }, NO_STORE),
  });
}

/** Whether the server knows what the herd knows. */
export function readinessRoute(readiness: () => Readiness): Route {
  return defineRoute({
    method: 'GET',
    path: '/readyz',
    name: 'getReadiness',
    summary: 'Whether the server knows what the herd knows',
    description:
      'Once it has read its journal, and a neighbour has sent what it lacked. Then it stays ready, also where links are lost.',
    scope: 'public',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: {
        description: 'It does',
        content: { 'application/json': z.object({ status: z.literal('ready') }) },
      },
    },
    problems: ['starting', 'not-joined'],
    handle: () => {
      const problem = unreadyBecause(readiness());
      if (problem !== undefined) throw problem;
      return jsonAnswer({ status: 'ready' }, NO_STORE);
    },
  });
}
