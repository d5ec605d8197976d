import { Problem, retryAfter } from '../http/problems.ts';

/** What decides whether a server is ready. */
export interface Readiness {
  /** Whether it still has to replay its journal, or to determine from it which clients are in geofences. */
  readonly isStarting: boolean;
  /** Whether its configuration gives it nobody to learn from: neither a neighbour nor a NATS cluster. */
  readonly isAlone: boolean;
  /** Whether a neighbour, or the cluster, has sent it all that it lacked, since it started. */
  readonly hasCaughtUp: boolean;
}

/** Why a server does not know yet what the herd knows; `undefined` where it does, or nobody could tell it. */
export function unreadyBecause(readiness: Readiness): Problem | undefined {
  const { isStarting, isAlone, hasCaughtUp } = readiness;
  if (isStarting) return new Problem('starting', 'its journal is being read', {}, retryAfter(1));
  if (isAlone || hasCaughtUp) return undefined;
  const detail = 'neither a neighbour nor a NATS cluster has sent yet all that it has';
  return new Problem('not-joined', detail, {}, retryAfter(1));
}
