/** What places are like where nothing else is said. Times are in milliseconds. */
export const PLACES_DEFAULTS = {
  provider: 'geonames',
  rank: 'prominence',
  cache: {
    zeroTtlMs: 60_000,
    staleWhileRevalidateMs: 60_000,
    staleIfErrorMs: 3_600_000,
    tolerance: 0.01,
    entries: 10_000,
  },
  deadlineMs: 5_000,
} as const;
