import { z } from 'zod';

import { accessRoute } from './access.ts';
import { batchRoute } from './batch.ts';
import { cardRoutes } from './cards.ts';
import { cellsRoute } from './cells.ts';
import { clientRoute } from './client.ts';
import { clientsRoute } from './clients.ts';
import { commandsRoute } from './commands.ts';
import type { ApiContext } from './context.ts';
import { demoRoutes } from './demo.ts';
import { eventsRoute } from './events.ts';
import { geofenceRoutes } from './geofences.ts';
import { groupsRoute } from './groups.ts';
import { herdHistoryRoute } from './herd-history.ts';
import { herdRoute } from './herd.ts';
import { entityTag, isMatch } from './location.ts';
import { openApiDocument } from './openapi.ts';
import { mapRoute } from './map.ts';
import { deleteClientRoute, putLocationRoute } from './write.ts';
import { phoneRoute } from './phone.ts';
import { placesRoute } from './places.ts';
import { serverRoute } from './server.ts';
import { setUpRoute } from './set-up.ts';
import { ticketsRoute } from './tickets.ts';
import { defineRoute, JSON_TYPE, NOTHING, type Answer, type Route } from './route.ts';

/**
 * All routes, each with the scope that it needs: those of the API, and its document of all of them.
 *
 * @param others those beside the API
 */
export function apiRoutes(context: ApiContext, others: readonly Route[]): Route[] {
  const routes = [
    clientsRoute(context),
    cellsRoute(context),
    clientRoute(context),
    putLocationRoute(context),
    batchRoute(context),
    deleteClientRoute(context),
    placesRoute(context),
    eventsRoute(context),
    ticketsRoute(context),
    phoneRoute(context),
    setUpRoute(context),
    ...geofenceRoutes(context),
    accessRoute(context),
    groupsRoute(context),
    ...cardRoutes(context),
    herdRoute(context),
    ...demoRoutes(context),
    herdHistoryRoute(context),
    serverRoute(context),
    mapRoute(context.map),
    commandsRoute(context),
    ...others,
  ];
  const openApi = openApiRoute(() => document);
  const document = JSON.stringify(openApiDocument([...routes, openApi], context.herd.version));
  return [...routes, openApi];
}

function openApiRoute(document: () => string): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    name: 'getOpenApi',
    summary: 'This document',
    scope: 'public',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': z.looseObject({ openapi: z.string() }) },
        headers: { ETag: 'Changes with the document' },
      },
      304: { description: 'It is still the same' },
    },
    problems: [],
    handle: ({ headers }): Answer => {
      const body = document();
      const etag = entityTag(body);
      if (isMatch(headers['if-none-match'], etag)) return { status: 304, headers: { etag } };
      return { status: 200, type: JSON_TYPE, body, headers: { etag } };
    },
  });
}
