import { z } from 'zod';

import { MAX_CELLS } from '../../service/cells/cell-count.ts';
import { MercatorGrid } from '../../service/cells/mercator-grid.ts';
import { WHOLE_EARTH } from '../../service/nearby-clients.ts';
import { faultsProblem } from '../http/check.ts';
import { wantedOf } from './client-filters.ts';
import { type CellsQuery, cellsQuerySchema } from './clients-query.ts';
import {
  type ApiContext,
  reaching,
  READ_HEADERS,
  requireReplayed,
  untilReadable,
} from './context.ts';
import {
  type Answer,
  defineRoute,
  jsonAnswer,
  NOTHING,
  type Route,
  type RouteRequest,
} from './route.ts';

/** Decimals of degrees: a metre. */
const DECIMALS = 1e5;

const tileNumber = z.int().min(0);

const cellSchema = z.object({
  x: tileNumber.describe(
    'The number of its column: 0 begins at the 180th meridian, the next is east of it',
  ),
  y: tileNumber.describe('The number of its row, from north to south'),
  count: z.int().min(1).describe('How many clients are in it'),
  latitude: z.number().describe('The mean of their latitudes, in degrees'),
  longitude: z.number().describe('The mean of their longitudes, in degrees'),
});

const cellsSchema = z.object({
  zoom: z.int(),
  total: z.int().min(0).describe('How many clients are in all cells'),
  cells: z.array(cellSchema).describe('The cells that have clients'),
});

/** How many clients are where. */
export function cellsRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/cells',
    name: 'countClients',
    summary: 'How many clients are in each cell of the map',
    description:
      `What a map shows where clients are too many to be shown one by one. The cells are tiles of Web Mercator, as web maps number them; at most ${MAX_CELLS} meet the box. ` +
      'Clients in the box count, also where a cell is larger. Who is nearer to a pole than the tiles reach counts in the last row.',
    scope: 'read',
    params: NOTHING,
    query: cellsQuerySchema,
    headers: READ_HEADERS,
    answers: {
      200: { description: 'The counts', content: { 'application/json': cellsSchema } },
    },
    problems: ['not-caught-up', 'starting', 'clients-unreachable'],
    handle: (request) => countCells(context, request),
  });
}

async function countCells(
  context: ApiContext,
  request: RouteRequest<unknown, CellsQuery>,
): Promise<Answer> {
  const { query, caller, signal } = request;
  const { bbox: box = WHOLE_EARTH, zoom } = query;
  const tiles = new MercatorGrid(box, zoom).size;
  if (tiles > MAX_CELLS) {
    const expected = `a zoom at which at most ${MAX_CELLS} tiles meet the box; found ${tiles}`;
    throw faultsProblem([{ in: 'query', member: 'zoom', expected }]);
  }
  const wanted = wantedOf(context, query, caller);
  await untilReadable(context, request);
  requireReplayed(context);
  const counted = await reaching(context.service.cells.count({ box, zoom, wanted }, signal));
  const cells = counted.map(({ tile: { x, y }, count, latitude, longitude }) => {
    return { x, y, count, latitude: rounded(latitude), longitude: rounded(longitude) };
  });
  const total = cells.reduce((sum, { count }) => sum + count, 0);
  return jsonAnswer({ zoom, total, cells }, { 'cache-control': 'no-cache' });
}

function rounded(degrees: number): number {
  return Math.round(degrees * DECIMALS) / DECIMALS;
}
