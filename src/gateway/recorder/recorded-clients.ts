import { setImmediate as nextTick } from 'node:timers/promises';

import type { ClientSets } from '../../service/client-sets.ts';
import type { Location, LocationService } from '../../service/location-service.ts';
import { type ClientCursor, WHOLE_EARTH } from '../../service/nearby-clients.ts';
import type { Caller } from '../api/route.ts';
import { deviceOf, patternsOf } from './device.ts';

/** The most devices of one answer: as many as a list of clients has at most. */
export const MAX_RECORDED = 1000;
/** How often a caller's clients are looked for, where they are many: each time some thousand are looked at. */
const MAX_LOOKS = 100;

/** What finding devices needs. */
export interface RecordedParts {
  readonly service: Pick<LocationService, 'finder' | 'locations'>;
  readonly sets: Pick<ClientSets, 'slotsOf'>;
}

/** Which devices are asked for: all, those of a user, or one. */
export interface Wanted {
  readonly user?: string | undefined;
  readonly device?: string | undefined;
}

/** Whether a caller may see a client, and wants it. */
export function isWantedBy(caller: Caller, { user, device }: Wanted): (client: string) => boolean {
  return (client) => {
    if (!caller.may('read', client)) return false;
    if (user === undefined) return true;
    const whose = deviceOf(client);
    return whose.user === user && (device === undefined || whose.device === device);
  };
}

/** The locations of the requested clients that a caller may see; at most `MAX_RECORDED`, ordered by ID. */
export async function findRecorded(
  { service, sets }: RecordedParts,
  caller: Caller,
  wanted: Wanted,
): Promise<readonly Location[]> {
  const { user, device } = wanted;
  const isWanted = isWantedBy(caller, wanted);
  const patterns = user === undefined ? caller.reads : patternsOf(user, device);
  const slots = await sets.slotsOf(patterns);
  const found =
    slots === undefined ? await findMany(service, isWanted) : service.locations.atEach(slots);
  return found
    .filter(({ client }) => isWanted(client))
    .sort((a, b) => (a.client < b.client ? -1 : 1));
}

async function findMany(
  { finder }: RecordedParts['service'],
  isWanted: (client: string) => boolean,
): Promise<Location[]> {
  const found: Location[] = [];
  let after: ClientCursor | undefined;
  for (let look = 0; look < MAX_LOOKS && found.length < MAX_RECORDED; look++) {
    const { clients, next } = await finder.inBox(WHOLE_EARTH, {
      limit: MAX_RECORDED - found.length,
      after,
      isWanted: ({ client }) => isWanted(client),
    });
    found.push(...clients.map(({ location }) => location));
    if (next === undefined) break;
    after = next;
    await nextTick(); // others are served meanwhile
  }
  return found;
}
