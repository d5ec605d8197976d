import type { ClientLimits, Framing } from '../../text/options.ts';
import { resolve } from 'node:path';
import type { LinkPair } from '../../replication/topology.ts';
import type { Acknowledge } from '../../server/options.ts';
import { crossFaults } from './checks.ts';
import { ConfigError, schemaFaults } from './faults.ts';
import {
  herdSchema,
  type ClientTlsValues,
  type PlacesValues,
  type ServerValues,
} from './schema.ts';
import { readSource, type Reading, type Source } from './source.ts';

/** A whole configuration, checked, its defaults filled in. */
export interface HerdConfig {
  readonly source: Source;
  readonly herd: string;
  /** The servers by name, in the order of the file. */
  readonly servers: ReadonlyMap<string, ServerValues>;
  readonly links: readonly LinkPair[];
  readonly places: PlacesValues;
  readonly framing: Framing;
  readonly acknowledge: Acknowledge;
  /** The age at which locations are forgotten, in milliseconds; `undefined`: never. */
  readonly forgetMs: number | undefined;
  readonly maxClients: number;
  /** The file of the herd's secrets, as it was written. */
  readonly secretFile: string | undefined;
  /** The files of the client port's certificate, as they were written. */
  readonly clientTls: ClientTlsValues | undefined;
  readonly clientLimits: ClientLimits;
  /** The absolute path of the folder of the journals; `undefined` keeps none. */
  readonly data: string | undefined;
  /** The absolute path of the folder of the log files; `undefined` keeps none. */
  readonly logs: string | undefined;
}

/**
 * Reads and checks the configuration: the named file, else `herd.yaml` of the working directory,
 * else the built-in one. Throws `ConfigError` with every fault, `CliError` where it cannot be read.
 */
export async function loadConfig(named: string | undefined): Promise<HerdConfig> {
  return checkConfig(await readSource(named));
}

/** Checks what was read. Throws `ConfigError` with every fault. */
export function checkConfig({ source, value }: Reading): HerdConfig {
  const parsed = herdSchema.safeParse(value);
  const faults = [...schemaFaults(parsed.error?.issues ?? [], value), ...crossFaults(value)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(source, faults);
  const { herd, servers, links, places, framing, acknowledge, maxClients } = parsed.data;
  const { secretFile, clientTls, clientLimits, forget, data, logs } = parsed.data;
  const { idle, unread, rate, ...counts } = clientLimits;
  const folder = (path: string): string | undefined =>
    path === 'none' ? undefined : resolve(source.folder, path);
  return {
    source,
    herd,
    servers: new Map(Object.entries(servers)),
    links,
    places,
    framing,
    acknowledge,
    forgetMs: Number.isFinite(forget) ? forget : undefined,
    maxClients,
    secretFile,
    clientTls,
    clientLimits: { ...counts, idleMs: idle, unreadMs: unread, rate },
    data: folder(data),
    logs: folder(logs),
  };
}
