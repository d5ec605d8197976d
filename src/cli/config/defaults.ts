/** What a configuration has where it says nothing. Times are in milliseconds, sizes in bytes. */
export const DEFAULTS = {
  herd: 'proxy-herd',
  replication: { engine: 'flood' },
  places: {
    provider: 'geonames',
    rank: 'prominence',
    types: [],
    cache: {
      zeroTtl: 60_000,
      staleWhileRevalidate: 60_000,
      staleIfError: 3_600_000,
      tolerance: 0.01,
      entries: 10_000,
    },
    calls: { deadline: 5_000 },
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
