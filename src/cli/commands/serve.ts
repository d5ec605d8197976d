import type { ServerOptions } from '../../server/options.ts';
import type { HerdServer } from '../../server/herd-server.ts';
import { formatAddress } from '../../transport/address.ts';
import { accessPath, readAccess, type ParseAccess } from '../access/read-access.ts';
import { parseAside } from '../access/parse-aside.ts';
import { FileWatch } from '../access/watch-file.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import { findServer, serverOptions } from '../config/server-options.ts';
import { announce } from '../output.ts';
import { type OptionsByName, Reloading } from '../reloading.ts';
import type { Signals } from '../signals.ts';
import { startOne } from '../start-one.ts';

/** Runs one server in the foreground until it is asked to stop. */
export async function serve(
  name: string,
  configFile: string | undefined,
  signals: Signals,
): Promise<void> {
  let config = await loadConfig(configFile);
  findServer(config, name); // before anything is said about a key
  const options = await readOptions(name, config, undefined);
  const server = await startOne(options, undefined);
  const reloading = new Reloading(new Map([[name, options]]), async () => {
    config = await loadConfig(configFile);
    watch.follow(accessPath(config)?.path);
    return new Map([[name, await readOptions(name, config, parseAside)]]);
  });
  const apply = (reloaded: OptionsByName): void => server.reload(reloaded.get(name) ?? options);
  const watch = new FileWatch(() => {
    reloading.reloadAccess(async () => readAccess(config, parseAside), apply);
  });
  watch.follow(accessPath(config)?.path);
  signals.attach({
    reload: () => {
      server.reopenLog();
      reloading.reload(apply);
    },
    forgetPlaces: () => server.forgetPlaces(),
  });
  announceReady(name, server);
  await signals.stopped;
  watch.stop();
  await server.close();
}

async function readOptions(
  name: string,
  config: HerdConfig,
  parse: ParseAccess | undefined,
): Promise<ServerOptions> {
  const secretParts = await readSecretParts(config, process.env, name);
  return serverOptions(config, name, secretParts, await readAccess(config, parse));
}

function announceReady(name: string, { clients, peers, gateway }: HerdServer): void {
  const ports = [`clients ${formatAddress(clients)}`, `peers ${formatAddress(peers)}`];
  if (gateway !== undefined) ports.push(`gateway ${formatAddress(gateway)}`);
  announce(`ready: ${name}: ${ports.join(', ')}\n`);
}
