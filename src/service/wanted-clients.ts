import { type ClientPattern, coversClient } from '../access/client-pattern.ts';
import { compareInstants, type Instant } from '../protocol/timestamp.ts';
import type { Location } from '../store/location.ts';

/** Which clients a question is about, as plain data, so that servers can ask each other. */
export interface WantedClients {
  /** Of each of these lists one pattern has to cover the client. */
  readonly covered: readonly (readonly ClientPattern[])[];
  /** Those that have not reported since are not wanted; `undefined`: it does not matter when they did. */
  readonly since: Instant | undefined;
}

/** Whether the client of a location is wanted. */
export function isWanted({ covered, since }: WantedClients, location: Location): boolean {
  const { client } = location;
  if (!covered.every((patterns) => patterns.some((pattern) => coversClient(pattern, client))))
    return false;
  return since === undefined || compareInstants(earlierOf(location), since) >= 0;
}

function earlierOf({ time, received }: Location): Instant {
  return compareInstants(time, received) < 0 ? time : received;
}
