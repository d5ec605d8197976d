import { z } from 'zod';
import { parseBaseUrl } from '../../protocol/base-url.ts';
import { scalar } from '../../places/settings.ts';
import type { LinkPair } from '../../replication/topology.ts';
import { DEFAULTS } from './defaults.ts';
import { hooksSchema } from './hooks-schema.ts';
import { mapSchema } from './map-schema.ts';
import { placesSchema } from './places-schema.ts';
import { replicationSchema } from './replication-schema.ts';
import { choice, count, durationWithin, mapping, path } from './schema-parts.ts';
import {
  EXPECTED,
  PATTERNS,
  parseAddress,
  parseDuration,
  parseName,
  parseOrigin,
  parseSize,
} from './values.ts';

/*
 * The shape of `herd.yaml`. Each error message here says only what was expected; faults.ts puts what
 * was found in front of it. What a server may be called, and which servers there are to link, is in
 * checks.ts.
 */

export const addressSchema = scalar(EXPECTED.address, parseAddress, PATTERNS.address);

/** Where a gateway listens, or `none`. */
const gatewaySchema = scalar(
  EXPECTED.gateway,
  (text) => (text === 'none' ? text : parseAddress(text)),
  PATTERNS.gateway,
);

const serverSchema = mapping({
  clients: addressSchema,
  peers: addressSchema,
  gateway: gatewaySchema.optional(), // the default is beside `clients`: see gateway-address.ts
});

const serverName = z
  .union([z.string(), z.number()], { error: 'the name of a server' })
  .transform(String);

const LINK = 'a pair of servers, for example [Riley, Jaquez]';

export const linkSchema = z
  .array(serverName, { error: LINK })
  .length(2, { error: LINK })
  .transform(([a = '', b = '']): LinkPair => [a, b]);

const clientTlsSchema = mapping({
  certFile: path('the path of a file'),
  keyFile: path('the path of a file'),
});

const gatewayTlsSchema = mapping({
  certFile: path('the path of a file'),
  keyFile: path('the path of a file'),
});

const peerTlsSchema = mapping({
  certFile: path('the path of a file'),
  keyFile: path('the path of a file'),
  caFile: path('the path of a file'),
});

/** Sockets are the system's to bound as well; this only keeps out a slip of the keyboard. */
const MOST_CONNECTIONS = 1_000_000;
/** The most entries that a `Map` of V8 takes is 2^24. */
const MOST_CLIENTS = 16_000_000;
/** Above this, commands in flight say more about memory than about a client. */
const MOST_IN_FLIGHT = 10_000;
const MOST_RATE = 1_000_000;

const rateSchema = mapping({
  perSecond: count(1, MOST_RATE),
  burst: count(1, MOST_RATE),
});

/** Below the least, clients that pause between two packets would be cut off; above the most no timer counts. */
const LIMIT_MS = { least: 1000, most: 24 * 86_400_000 };
const LIMIT = 'a duration from 1s to 24d, or 0 for no limit';

const timeLimit = () =>
  scalar(
    LIMIT,
    (text) => {
      const ms = parseDuration(text) ?? -1;
      return ms === 0 || (ms >= LIMIT_MS.least && ms <= LIMIT_MS.most) ? ms : undefined;
    },
    PATTERNS.duration,
  );

const { clientLimits: LIMITS } = DEFAULTS;

const clientLimitsSchema = mapping({
  connections: count(1, MOST_CONNECTIONS).default(LIMITS.connections),
  connectionsPerAddress: count(1, MOST_CONNECTIONS).default(LIMITS.connectionsPerAddress),
  commandsInFlight: count(1, MOST_IN_FLIGHT).default(LIMITS.commandsInFlight),
  idle: timeLimit().default(LIMITS.idle),
  unread: timeLimit().default(LIMITS.unread),
  rate: rateSchema.optional(),
});

const accessSchema = mapping({
  file: path('the path of a file'),
  clients: choice(['beyond-loopback', 'always', 'never']).default('beyond-loopback'),
  gateway: choice(['beyond-loopback', 'always']).default('beyond-loopback'),
});

/** Below the least a server has no room to work in; above the most its locations cannot be addressed. */
const MEMORY_BYTES = { least: 16 * 1024 ** 2, most: 16 * 1024 ** 3 };
const MEMORY = 'a size from 16MiB to 16GiB';

const FORGET = 'a duration such as 30d, or never';

/**
 * Below the least, a link that is lost and found again in the usual course would pass for an absence; above the
 * most, who removes clients keeps their IDs for longer than anybody stays away.
 */
const GRACE_MS = { least: 60_000, most: 365 * 86_400_000 };
const GRACE = 'a duration from 1m to 365d';

const ORIGINS = 'a list of origins, for example [https://map.example.org], or ["*"]';

const SERVERS = 'a mapping of one or more servers by their names';

/** A whole configuration, its defaults filled in. */
export const herdSchema = mapping({
  herd: scalar(EXPECTED.name, parseName, PATTERNS.name).default(DEFAULTS.herd),
  servers: z
    .record(z.string(), serverSchema, { error: SERVERS })
    .refine((servers) => Object.keys(servers).length > 0, { error: SERVERS })
    .meta({ minProperties: 1, propertyNames: { pattern: PATTERNS.name.source } }),
  links: z
    .array(linkSchema, { error: 'a list of pairs of servers, for example [[Riley, Jaquez]]' })
    .default([]),
  replication: replicationSchema.default(DEFAULTS.replication),
  places: placesSchema.prefault({}),
  framing: choice(['line', 'idle']).default(DEFAULTS.framing),
  acknowledge: choice(['received', 'neighbours', 'replicated', 'journaled']).default(
    DEFAULTS.acknowledge,
  ),
  forget: scalar(
    FORGET,
    (text) => (text === 'never' ? Infinity : parseDuration(text) || undefined),
    /^(never|\d+(ms|s|m|h|d))$/,
  ).default(DEFAULTS.forget),
  tombstoneGrace: durationWithin(GRACE, GRACE_MS).default(DEFAULTS.tombstoneGrace),
  maxClients: count(1, MOST_CLIENTS).default(DEFAULTS.maxClients),
  maxMemory: scalar(
    MEMORY,
    (text) => {
      const bytes = parseSize(text) ?? 0;
      return bytes >= MEMORY_BYTES.least && bytes <= MEMORY_BYTES.most ? bytes : undefined;
    },
    PATTERNS.size,
  ).default(DEFAULTS.maxMemory),
  secretFile: path('the path of a file').optional(),
  peerTls: peerTlsSchema.optional(),
  clientTls: clientTlsSchema.optional(),
  access: accessSchema.optional(),
  gatewayTls: gatewayTlsSchema.optional(),
  gatewayOrigins: z
    .array(scalar(EXPECTED.origin, parseOrigin, PATTERNS.origin), { error: ORIGINS })
    .default([]),
  gatewayUrl: scalar(EXPECTED.gatewayUrl, parseBaseUrl, PATTERNS.baseUrl).optional(),
  map: mapSchema.optional(),
  hooks: hooksSchema,
  clientLimits: clientLimitsSchema.prefault({}),
  data: path('the path of a folder, or none').default(DEFAULTS.data),
  logs: path('the path of a folder, or none').default(DEFAULTS.logs),
  logLevel: choice(['info', 'warn', 'error']).default(DEFAULTS.logLevel),
});

export type ServerValues = z.infer<typeof serverSchema>;
export type PeerTlsValues = z.infer<typeof peerTlsSchema>;
export type AccessValues = z.infer<typeof accessSchema>;
export type GatewayTlsValues = z.infer<typeof gatewayTlsSchema>;
export type ClientTlsValues = z.infer<typeof clientTlsSchema>;
export type HerdValues = z.infer<typeof herdSchema>;
