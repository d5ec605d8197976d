import { z } from 'zod';

import { TICKET_LIFE_MS } from '../../access/ticket.ts';
import type { ApiContext } from './context.ts';
import { requireReader } from './client-filters.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Route } from './route.ts';
import { formatTime } from '../../protocol/time.ts';

const ticketSchema = z
  .object({
    ticket: z
      .string()
      .optional()
      .describe('For the query of GET /v1/events; none is needed if none is here'),
    expiresAt: z
      .string()
      .optional()
      .describe('Until when a stream can be opened with it, RFC 3339'),
  })
  .describe('A ticket');

/** Tickets: for browsers, which cannot send a token with an `EventSource`. */
export function ticketsRoute({ now }: ApiContext): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/tickets',
    name: 'createTicket',
    summary: 'A ticket that stands for the token in the URL of a stream',
    description: `It is good for ${TICKET_LIFE_MS / 1000} seconds, at every server of the herd; a stream that was opened with it goes on.`,
    scope: 'read',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The ticket', content: { 'application/json': ticketSchema } },
    },
    problems: [],
    handle: ({ caller }): Answer => {
      requireReader(caller);
      const ticket = caller.ticket();
      if (ticket === undefined) return jsonAnswer({}, NOT_KEPT);
      const { seconds, nanoseconds } = now();
      const expiresAt = formatTime({ seconds: seconds + TICKET_LIFE_MS / 1000, nanoseconds });
      return jsonAnswer({ ticket, expiresAt }, NOT_KEPT);
    },
  });
}

const NOT_KEPT = { 'cache-control': 'no-store' };
