import { resolve } from 'node:path';
import type { LinkPair } from '../../herd/topology.ts';
import type { Framing } from '../../server/options.ts';
import { crossFaults } from './checks.ts';
import { ConfigError, schemaFaults } from './faults.ts';
import { herdSchema, type PlacesValues, type ServerValues } from './schema.ts';
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
  const { herd, servers, links, places, framing, logs } = parsed.data;
  return {
    source,
    herd,
    servers: new Map(Object.entries(servers)),
    links,
    places,
    framing,
    logs: logs === 'none' ? undefined : resolve(source.folder, logs),
  };
}
