import { Problem, retryAfter } from '../http/problems.ts';

/** What decides whether a server is ready. */
export interface Readiness {
  /** Whether it has yet to read its journal. */
  readonly isReplaying: boolean;
  /** How many neighbours it has by its configuration. */
  readonly neighbours: number;
  /** Whether a neighbour has sent it all that it lacked, since it started. */
  readonly hasCaughtUp: boolean;
}

/** Why a server does not know yet what the herd knows; `undefined` where it does, or nobody could tell it. */
export function unreadyBecause(readiness: Readiness): Problem | undefined {
  const { isReplaying, neighbours, hasCaughtUp } = readiness;
  if (isReplaying) return new Problem('starting', 'its journal is being read', {}, retryAfter(1));
  if (neighbours === 0 || hasCaughtUp) return undefined;
  const detail = 'none of its neighbours has sent yet all that it has';
  return new Problem('not-joined', detail, {}, retryAfter(1));
}
