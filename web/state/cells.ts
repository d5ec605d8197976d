import type { Box } from 'proxy-herd/client';

import { request } from './request.ts';
import { hasList, isObject } from './shape.ts';

/** The clients in a cell of the map. */
export interface Cell {
  readonly count: number;
  /** The mean of their positions, in degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** How many clients are where. */
export interface Counts {
  readonly total: number;
  /** The cells that have some. */
  readonly cells: readonly Cell[];
}

/** Counts the clients that the user may see in a box, per tile of a zoom. @throws {HerdError} */
export function countClients(
  { west, south, east, north }: Box,
  zoom: number,
  signal: AbortSignal,
): Promise<Counts> {
  const bbox = [west, south, east, north].map((degrees) => degrees.toFixed(7)).join(',');
  return request('GET', `/v1/cells?zoom=${zoom}&bbox=${bbox}`, isCounts, { signal });
}

function isCounts(value: unknown): value is Counts {
  return hasList(value, 'cells') && isObject(value) && typeof value['total'] === 'number';
}
