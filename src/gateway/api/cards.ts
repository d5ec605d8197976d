import { formatClientId } from '../../protocol/client-id.ts';
import type { Card, CardOutcome } from '../../service/cards.ts';
import { MAX_CARDS } from '../../service/cards.ts';
import { checked, faultsProblem } from '../http/check.ts';
import { decodeUtf8, NO_EXACT_MEMBERS, parseJson } from '../http/json.ts';
import { MAX_CARD_BYTES } from '../http/limits.ts';
import { Problem } from '../http/problems.ts';
import { answeredCardSchema, cardSchema, cardsSchema } from './card-schema.ts';
import { requireReader } from './client-filters.ts';
import { type ApiContext, READ_HEADERS, requireReplayed, untilReadable } from './context.ts';
import { entityTag, isMatch } from './location.ts';
import { clientPathSchema } from './parameters.ts';
import { requireTaken } from './report.ts';
import { type Answer, defineRoute, jsonAnswer, NOTHING, type Caller, type Route } from './route.ts';
import { TOKEN_HEADERS, written } from './write.ts';

const PATH = '/v1/clients/{id}/card';

/** The cards: all without their pictures, and that of a client. */
export function cardRoutes(context: ApiContext): Route[] {
  return [listRoute(context), getRoute(context), putRoute(context), deleteRoute(context)];
}

function listRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/cards',
    name: 'listCards',
    summary: 'The cards of all clients that the caller may read, without their pictures',
    scope: 'read',
    params: NOTHING,
    query: NOTHING,
    headers: {
      ...READ_HEADERS,
      'If-None-Match': 'The ETag of an answer: 304 where no card has changed',
    },
    answers: {
      200: {
        description: `At most ${MAX_CARDS}`,
        content: { 'application/json': cardsSchema },
        headers: { ETag: 'Changes with any of them, and with the server' },
      },
      304: { description: 'They are still the same' },
    },
    problems: ['not-caught-up', 'starting'],
    handle: async (request): Promise<Answer> => {
      const { caller } = request;
      requireReader(caller);
      await untilReadable(context, request);
      requireReplayed(context);
      const { cards } = context.service;
      // Polling costs next to nothing, since the cards themselves are not examined.
      const etag = entityTag(
        context.herd.server,
        `${context.service.ownRecords.epoch} ${cards.changes}`,
        readsOf(caller),
      );
      const headers = { etag, vary: 'authorization', 'cache-control': 'private, no-cache' };
      if (isMatch(request.headers['if-none-match'], etag)) return { status: 304, headers };
      const listed = [...cards.listed]
        .filter(([client]) => caller.may('read', client))
        .map(([client, { name, icon, faceTag }]) => {
          return { client: formatClientId(client), name, icon, faceTag };
        });
      return jsonAnswer({ cards: listed }, headers);
    },
  });
}

function getRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: PATH,
    name: 'getCard',
    summary: 'What a client is called, and looks like',
    scope: 'read',
    params: clientPathSchema,
    query: NOTHING,
    headers: READ_HEADERS,
    answers: {
      200: { description: 'Its card', content: { 'application/json': answeredCardSchema } },
    },
    problems: ['unknown-card', 'not-caught-up', 'starting'],
    handle: async (request): Promise<Answer> => {
      const { id } = request.params;
      request.caller.require('read', id.toString('latin1'));
      await untilReadable(context, request);
      requireReplayed(context);
      const card = context.service.cards.get(id);
      if (card === undefined) throw new Problem('unknown-card', 'there is none, or it was removed');
      return jsonAnswer(card, { 'cache-control': 'no-store' });
    },
  });
}

function putRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'PUT',
    path: PATH,
    name: 'putCard',
    summary: 'Say what a client is called and looks like, in the place of the card before',
    description:
      'Also of a client that has not reported yet. Removing the client removes its card.',
    scope: 'report',
    params: clientPathSchema,
    query: NOTHING,
    body: { types: ['application/json'], maxBytes: MAX_CARD_BYTES, schema: cardSchema },
    answers: {
      204: {
        description: 'It is put, and what `acknowledge` promises is true',
        headers: TOKEN_HEADERS,
      },
    },
    problems: ['not-acknowledged', 'full'],
    handle: async ({ caller, params: { id }, body }): Promise<Answer> => {
      caller.require('report', id.toString('latin1'));
      const card = await body(async (bytes) =>
        checked(cardSchema, parseJson(decodeUtf8(bytes), NO_EXACT_MEMBERS), 'body'),
      );
      requireDone(context, await context.service.cards.put(id, cardOf(card)));
      return written(context);
    },
  });
}

function deleteRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'DELETE',
    path: PATH,
    name: 'deleteCard',
    summary: "Remove a client's card from the whole herd",
    description: 'Also where there is none.',
    scope: 'report',
    params: clientPathSchema,
    query: NOTHING,
    answers: { 204: { description: 'There is none any more', headers: TOKEN_HEADERS } },
    problems: ['not-acknowledged', 'full'],
    handle: async ({ caller, params: { id } }): Promise<Answer> => {
      caller.require('report', id.toString('latin1'));
      requireDone(context, await context.service.cards.remove(id));
      return written(context);
    },
  });
}

/** Whom a caller may read: what it sees changes with it. */
function readsOf({ readsAll, reads }: Caller): string {
  return readsAll ? '' : reads.map(({ text }) => text).join(' ');
}

function cardOf({ name, icon, face }: Partial<Card>): Card {
  return { name, icon, face };
}

/** @throws {Problem} where it was refused, or its promise cannot be kept */
function requireDone({ service }: ApiContext, outcome: CardOutcome): void {
  if (outcome === 'client ID too long') {
    const expected = 'a client ID that is short enough for a card';
    throw faultsProblem([{ in: 'path', member: 'id', expected }]);
  }
  if (outcome === 'too many cards') {
    throw new Problem(
      'full',
      `there are ${MAX_CARDS} cards and geofences, as many as there may be`,
    );
  }
  requireTaken(outcome, service);
}
