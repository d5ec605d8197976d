import { z } from 'zod';
import { scalar } from '../../places/settings.ts';
import { choice, count, mapping, path } from './schema-parts.ts';
import { parseDuration } from './values.ts';

/** Streams beyond this cost the cluster more than they spread. */
const MOST_PARTITIONS = 256;
/** A tenth of what `maxClients` may be. */
const MOST_CACHED = 1_600_000;
/** JetStream keeps a stream on so many servers at most. */
const MOST_REPLICAS = 5;

const SERVER = 'a URL such as nats://127.0.0.1:4222 or tls://nats.example.org:4222';
const SERVERS = 'a list of one or more URLs of NATS servers, for example [nats://127.0.0.1:4222]';
const PREFIX =
  'words of letters, digits, _ and - with points between, for example herds.proxy-herd';
const PREFIX_WORDS = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const DOMAIN = 'a name of letters, digits, _ and -';
const DOMAIN_WORD = /^[A-Za-z0-9_-]+$/;
const RETENTION = 'a duration such as 30d, or forget, which is as long as locations are kept';

const NATS_URL = /^\s*([Nn][Aa][Tt][Ss]|[Tt][Ll][Ss]):/;

/** The URL of a NATS server. No credentials: they come from files. */
function parseNatsServer(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(text);
  const isNats = protocol === 'nats:' || protocol === 'tls:';
  const isBare = username === '' && password === '' && pathname.length <= 1;
  return isNats && isBare && hostname !== '' && search + hash === '' ? text : undefined;
}

const floodSchema = mapping({ engine: z.literal('flood') });

const natsSchema = mapping({
  engine: z.literal('nats'),
  servers: z
    .array(scalar(SERVER, parseNatsServer, NATS_URL), { error: SERVERS })
    .min(1, { error: SERVERS }),
  interest: choice(['all', 'used']).default('all'),
  cache: count(1, MOST_CACHED).default(100_000),
  credentialsFile: path('the path of a file').optional(),
  seedFile: path('the path of a file').optional(),
  user: scalar('the name of a user', (text) => text || undefined, /[\s\S]/).optional(),
  passwordFile: path('the path of a file').optional(),
  caFile: path('the path of a file').optional(),
  domain: scalar(
    DOMAIN,
    (text) => (DOMAIN_WORD.test(text) ? text : undefined),
    DOMAIN_WORD,
  ).optional(),
  prefix: scalar(
    PREFIX,
    (text) => (PREFIX_WORDS.test(text) ? text : undefined),
    PREFIX_WORDS,
  ).default('proxy-herd'),
  partitions: count(1, MOST_PARTITIONS).default(8),
  replicas: count(1, MOST_REPLICAS).default(1),
  storage: choice(['file', 'memory']).default('file'),
  retention: scalar(
    RETENTION,
    (text) => (text === 'forget' ? text : parseDuration(text) || undefined),
    /^(forget|\d+(ms|s|m|h|d))$/,
  ).default('forget'),
});

/** How the servers replicate: over links alone, or on a NATS cluster. */
export const replicationSchema = z.discriminatedUnion('engine', [floodSchema, natsSchema], {
  error: 'a mapping whose engine is flood or nats',
});

export type ReplicationValues = z.infer<typeof replicationSchema>;
export type NatsValues = z.infer<typeof natsSchema>;
