import { crossFaults } from './checks.ts';
import { ConfigError, schemaFaults } from './faults.ts';
import { type HerdConfig, toConfig } from './herd-config.ts';
import { herdSchema } from './schema.ts';
import type { Reading } from './source.ts';

/** Checks what was read. Throws `ConfigError` with every fault. */
export function checkConfig({ source, value }: Reading): HerdConfig {
  const parsed = herdSchema.safeParse(value);
  const faults = [...schemaFaults(parsed.error?.issues ?? [], value), ...crossFaults(value)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(source, faults);
  return toConfig(source, parsed.data);
}
