import {
  type ClientPattern,
  coversClient,
  parsePattern,
  PATTERN_EXPECTED,
} from '../../access/client-pattern.ts';
import { compareInstants, type Instant, millisecondsBefore } from '../../protocol/timestamp.ts';
import type { Location } from '../../service/location-service.ts';
import type { ClientQuestion } from '../../service/nearby-clients.ts';
import { faultsProblem } from '../http/check.ts';
import { Problem } from '../http/problems.ts';
import type { ClientsQuery } from './clients-query.ts';
import type { ApiContext } from './context.ts';
import type { Caller } from './route.ts';

/** The patterns of a group's clients. @throws {Problem} where there is no such group */
export function membersOf({ group }: ApiContext, name: string): readonly ClientPattern[] {
  const members = group(name);
  if (members !== undefined) return members;
  throw faultsProblem([{ in: 'query', member: 'group', expected: 'the name of a group' }]);
}

/** A pattern of client IDs. @throws {Problem} where a text is none */
export function patternOf(text: string): ClientPattern {
  const pattern = parsePattern(text);
  if (pattern !== undefined) return pattern;
  throw faultsProblem([{ in: 'query', member: 'name', expected: PATTERN_EXPECTED }]);
}

/** What a query says of the clients that it wants, but for where they are. */
type Wanted = Pick<ClientsQuery, 'maxAge' | 'name' | 'group'> &
  Partial<Pick<ClientsQuery, 'nearClient'>>;

/** Which clients a list has, or a count: `undefined` where all are wanted. @throws {Problem} where the filter is none */
export function wantedOf(
  context: ApiContext,
  { maxAge, name, group, nearClient }: Wanted,
  caller: Caller,
): ClientQuestion['isWanted'] {
  const named = name === undefined ? undefined : patternOf(name);
  const members = group === undefined ? undefined : membersOf(context, group);
  const self = nearClient?.toString('latin1');
  const since = maxAge === undefined ? undefined : millisecondsBefore(context.now(), maxAge * 1000);
  if ([maxAge, named, members, self].every((each) => each === undefined) && caller.readsAll) {
    return undefined;
  }
  return (location) => {
    const { client } = location;
    if (client === self || !caller.may('read', client)) return false;
    if (named !== undefined && !coversClient(named, client)) return false;
    if (members?.some((member) => coversClient(member, client)) === false) return false;
    return since === undefined || compareInstants(earlierOf(location), since) >= 0;
  };
}

function earlierOf({ time, received }: Location): Instant {
  return compareInstants(time, received) < 0 ? time : received;
}

/** @throws {Problem} where a caller may read nobody */
export function requireReader({ readsAny }: Caller): void {
  if (readsAny) return;
  const reason = 'action-not-granted';
  throw new Problem('forbidden', 'the token does not allow to read', { reason });
}

/** Share links show whom they are for, and nothing else. @throws {Problem} where a caller may not read geofences */
export function requireGeofenceReader({ readsGeofences }: Caller): void {
  if (readsGeofences) return;
  const reason = 'action-not-granted';
  throw new Problem('forbidden', 'the token does not allow to read geofences', { reason });
}
