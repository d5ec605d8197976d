import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';

/** The built command line; this file runs as `build/bench/server.js`. */
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A configuration of one server, Riley. */
export interface OneServer {
  /** Its client port. */
  readonly port: number;
  /** Its folder, to which the paths of the configuration are relative. */
  readonly folder: string;
  readonly config: string;
}

/** @param settings more of the configuration, as it is written in the file */
export async function configureServer(scope: Scope, settings: string): Promise<OneServer> {
  const [port = 0, peers = 0] = await freePorts(2);
  const folder = scope.folder();
  const config = join(folder, 'herd.yaml');
  const addresses = `{ clients: 127.0.0.1:${port}, peers: 127.0.0.1:${peers} }`;
  await writeFile(config, `servers:\n  Riley: ${addresses}\n${settings}`);
  return { port, folder, config };
}

/** Starts it; it is ready once it prints so. */
export function spawnServer(scope: Scope, { config }: OneServer): Program {
  return scope.spawn(process.execPath, [CLI, 'serve', 'Riley', '--config', config]);
}
