import type { ServerOptions } from '../../server/options.ts';
import type { HerdServer } from '../../server/server.ts';
import { formatAddress } from '../../transport/address.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import { findServer, serverOptions } from '../config/server-options.ts';
import { announce } from '../output.ts';
import { Reloading } from '../reloading.ts';
import type { Signals } from '../signals.ts';
import { startOne } from '../start-one.ts';

/** Runs one server in the foreground until it is asked to stop. */
export async function serve(
  name: string,
  configFile: string | undefined,
  signals: Signals,
): Promise<void> {
  const options = await readOptions(name, configFile);
  const server = await startOne(options);
  const reloading = new Reloading(new Map([[name, options]]), async () => {
    return new Map([[name, await readOptions(name, configFile)]]);
  });
  signals.attach({
    reload: () => {
      server.reopenLog();
      reloading.reload((reloaded) => server.reload(reloaded.get(name) ?? options));
    },
    forgetPlaces: () => server.forgetPlaces(),
  });
  announceReady(name, server);
  await signals.stopped;
  await server.close();
}

async function readOptions(name: string, configFile: string | undefined): Promise<ServerOptions> {
  const config = await loadConfig(configFile);
  findServer(config, name); // before anything is said about a key
  return serverOptions(config, name, await readSecretParts(config, process.env, name));
}

function announceReady(name: string, { clients, peers }: HerdServer): void {
  announce(`ready: ${name}: clients ${formatAddress(clients)}, peers ${formatAddress(peers)}\n`);
}
