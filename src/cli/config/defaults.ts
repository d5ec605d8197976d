import { PLACES_DEFAULTS } from '../../places/defaults.ts';

const { cache: CACHE } = PLACES_DEFAULTS;

/** What a configuration has where it says nothing. Times are in milliseconds, sizes in bytes. */
export const DEFAULTS = {
  herd: 'proxy-herd',
  replication: { engine: 'flood' },
  places: {
    provider: PLACES_DEFAULTS.provider,
    rank: PLACES_DEFAULTS.rank,
    types: [],
    cache: {
      zeroTtl: CACHE.zeroTtlMs,
      staleWhileRevalidate: CACHE.staleWhileRevalidateMs,
      staleIfError: CACHE.staleIfErrorMs,
      tolerance: CACHE.tolerance,
      entries: CACHE.entries,
    },
    calls: { deadline: PLACES_DEFAULTS.deadlineMs },
  },
  framing: 'line',
  acknowledge: 'received',
  forget: Infinity,
  tombstoneGrace: 10 * 86_400_000,
  maxClients: 1_000_000,
  maxMemory: 1024 ** 3,
  /** Many times what a herd of five on one machine needs, and what a machine bears. */
  clientLimits: {
    connections: 20_000,
    connectionsPerAddress: 20_000,
    commandsInFlight: 100,
    idle: 3_600_000,
    unread: 60_000,
  },
  data: './data',
  logs: './logs',
  logLevel: 'info',
} as const;
