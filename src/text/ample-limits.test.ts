import type { ClientLimits } from './options.ts';

/** So much that a test comes near none of them, but those that it is about. */
export const AMPLE_LIMITS: ClientLimits = {
  connections: 10_000,
  connectionsPerAddress: 10_000,
  commandsInFlight: 100,
  idleMs: 600_000,
  unreadMs: 600_000,
  rate: undefined,
};
