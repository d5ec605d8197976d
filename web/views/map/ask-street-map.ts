import { ProblemError } from 'proxy-herd/client';

import { request } from '../../state/request.ts';
import { isStreetMap, type StreetMap } from './street-map.ts';

/**
 * Asks the herd for its street map.
 *
 * @returns `undefined` where the user may not know it
 * @throws {HerdError} where no gateway says it
 */
export async function askStreetMap(): Promise<StreetMap | undefined> {
  try {
    return await request('GET', '/v1/map', isStreetMap);
  } catch (error) {
    if (error instanceof ProblemError && error.status < 404) return undefined;
    throw error;
  }
}
