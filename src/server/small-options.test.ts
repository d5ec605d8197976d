import { AMPLE_LIMITS } from '../text/ample-limits.test.ts';
import { DEFAULT_CHOICES } from '../places/choices.ts';
import type { CacheOptions } from '../places/options.ts';
import type { Address } from '../transport/address.ts';
import type { ServerOptions } from './options.ts';

/** A port of loopback that the system chooses. */
export const ANY: Address = { host: '127.0.0.1', port: 0 };

/** Every question is the upstream's. */
export const NO_CACHE: CacheOptions = {
  ttlMs: 0,
  zeroTtlMs: 0,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  entries: 0,
  tolerance: 0,
  folder: undefined,
};

/** The options of a server for a test, which has no neighbours, no gateway and no journal. */
export const SMALL_OPTIONS: ServerOptions = {
  herd: 'herd',
  name: 'Riley',
  clients: ANY,
  peers: ANY,
  neighbours: [],
  framing: 'line',
  secrets: [],
  peerCertificate: undefined,
  nats: undefined,
  clientCertificate: undefined,
  access: undefined,
  gateway: undefined,
  gatewayCertificate: undefined,
  gatewayOrigins: [],
  gatewayUrl: undefined,
  map: undefined,
  hooks: [],
  clientLimits: AMPLE_LIMITS,
  acknowledge: 'received',
  journalFolder: undefined,
  forgetMs: undefined,
  tombstoneGraceMs: 86_400_000,
  maxClients: 1000,
  maxMemoryBytes: 1024 ** 3,
  logLevel: 'info',
  places: {
    provider: 'geonames',
    settings: {},
    key: '',
    choices: DEFAULT_CHOICES,
    cache: NO_CACHE,
    calls: undefined,
    budget: undefined,
  },
  logFile: undefined,
};
