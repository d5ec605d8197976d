import { resolve } from 'node:path';
import { crossFaults } from './checks.ts';
import { ConfigError, schemaFaults } from './faults.ts';
import type { HerdConfig } from './herd-config.ts';
import { herdSchema } from './schema.ts';
import { readSource, type Reading } from './source.ts';

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
  const { herd, servers, links, places, framing, acknowledge, maxClients, maxMemory } = parsed.data;
  const { secretFile, peerTls, clientTls, gatewayTls, gatewayOrigins } = parsed.data;
  const { access, clientLimits, forget, tombstoneGrace, data, logs, logLevel } = parsed.data;
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
    tombstoneGraceMs: tombstoneGrace,
    maxClients,
    maxMemoryBytes: maxMemory,
    secretFile,
    peerTls,
    clientTls,
    access,
    gatewayTls,
    gatewayOrigins,
    clientLimits: { ...counts, idleMs: idle, unreadMs: unread, rate },
    data: folder(data),
    logs: folder(logs),
    logLevel,
  };
}
