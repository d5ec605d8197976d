import { type ClientPattern, parsePattern, PATTERN_EXPECTED } from '../../access/client-pattern.ts';
import { faultsProblem } from '../http/check.ts';
import { Problem } from '../http/problems.ts';
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
