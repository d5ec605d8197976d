import assert from 'node:assert/strict';

import { LocationStore } from '../store/store.ts';
import { LocationService, type LocationServiceParts } from './location-service.ts';

/** The time that a service goes by where a test does not say. */
const NOW = { seconds: 1_700_000_000, nanoseconds: 0 };

/** A service for a test: of an empty store, with room for all and nothing to replay, but for what `parts` says. */
export function createTestService(parts: Partial<LocationServiceParts> = {}): LocationService {
  return new LocationService({
    server: 'Riley',
    store: new LocationStore(),
    search: {
      nearby: () => assert.fail('nobody asks for places'),
      find: () => assert.fail('nobody asks for places'),
    },
    now: () => NOW,
    limits: { maxClients: 1_000_000, maxMemoryBytes: Infinity },
    gate: undefined,
    replay: { replaying: false, replayed: Promise.resolve() },
    wake() {},
    ...parts,
  });
}
