import type { HerdConfig } from '../config/herd-config.ts';
import { loadBuiltIn, loadConfig } from '../config/load.ts';
import { CliError } from '../errors.ts';
import { demoObstacle } from './herd-demo.ts';

/** The name of a herd that is there for the demo alone: no other one links with it. */
const DEMO_HERD = 'demo';

/**
 * The configuration of a herd that is there for the demo alone: the servers, links and places of the named file, else the
 * built-in ones, also where there is a `herd.yaml`. It keeps nothing, so that nothing of it is left.
 *
 * @throws {CliError} `CONFIG` where the named file has what no demo can have, and as `loadConfig` does
 */
export async function loadDemoConfig(named: string | undefined): Promise<HerdConfig> {
  const config = named === undefined ? loadBuiltIn() : await loadConfig(named);
  const obstacle = demoObstacle(config);
  if (obstacle !== undefined) throw new CliError('CONFIG', [`--demo: ${obstacle}`]);
  return { ...config, herd: DEMO_HERD, data: undefined, logs: undefined };
}
