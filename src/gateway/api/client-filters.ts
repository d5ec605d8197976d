import { type ClientPattern, parsePattern, PATTERN_EXPECTED } from '../../access/client-pattern.ts';
import { millisecondsBefore } from '../../protocol/timestamp.ts';
import type { ClientQuestion } from '../../service/nearby-clients.ts';
import { isWanted, type WantedClients } from '../../service/wanted-clients.ts';
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
type Wanted = Pick<ClientsQuery, 'maxAge' | 'name' | 'group'>;

/** Which clients are counted: `undefined` where all are. @throws {Problem} where the filter is none */
export function wantedOf(
  context: ApiContext,
  { maxAge, name, group }: Wanted,
  caller: Caller,
): WantedClients | undefined {
  const covered = [
    ...(name === undefined ? [] : [[patternOf(name)]]),
    ...(group === undefined ? [] : [membersOf(context, group)]),
    ...(caller.readsAll ? [] : [caller.reads]),
  ];
  const since = maxAge === undefined ? undefined : millisecondsBefore(context.now(), maxAge * 1000);
  return covered.length === 0 && since === undefined ? undefined : { covered, since };
}

/** The same for a list, which leaves out the client around which it is. */
export function listedOf(
  context: ApiContext,
  { nearClient, ...query }: Wanted & Pick<ClientsQuery, 'nearClient'>,
  caller: Caller,
): ClientQuestion['isWanted'] {
  const wanted = wantedOf(context, query, caller);
  const self = nearClient?.toString('latin1');
  if (wanted === undefined && self === undefined) return undefined;
  return (location) =>
    location.client !== self && (wanted === undefined || isWanted(wanted, location));
}

/** @throws {Problem} where a caller may read nobody */
export function requireReader({ readsAny }: Caller): void {
  if (readsAny) return;
  const reason = 'action-not-granted';
  throw new Problem('forbidden', 'the token does not allow to read', { reason });
}

/** Share links show only their client or group. @throws {Problem} if a caller may not read geofences */
export function requireGeofenceReader({ readsGeofences }: Caller): void {
  if (readsGeofences) return;
  const reason = 'action-not-granted';
  throw new Problem('forbidden', 'the token does not allow to read geofences', { reason });
}
