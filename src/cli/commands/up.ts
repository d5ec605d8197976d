import { formatAddress } from '../../transport/address.ts';
import { accessPath, readAccess } from '../access/read-access.ts';
import { FileWatch } from '../access/watch-file.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import type { ServerOptions } from '../../server/options.ts';
import { serverOptions } from '../config/server-options.ts';
import { CliError } from '../errors.ts';
import { announce, printMessage } from '../output.ts';
import { type OptionsByName, Reloading } from '../reloading.ts';
import type { Signals } from '../signals.ts';
import { Member } from '../supervisor/member.ts';
import type { Listening } from '../supervisor/messages.ts';
import { programWords } from '../program-words.ts';
import { table } from '../table.ts';
import { tryNext } from '../try-next.ts';

/**
 * Runs every server of the configuration, each in its own process, until it is asked to stop. The
 * configuration is read here alone, and handed to the servers: so all of them run on the same one, also
 * those that are started again.
 */
export async function up(configFile: string | undefined, signals: Signals): Promise<void> {
  let config = await loadConfig(configFile);
  const options = await optionsOf(config);
  const members = Array.from(options.values(), (each) => new Member(each, printMessage));
  const reloading = new Reloading(options, async () => {
    config = await loadConfig(configFile);
    watch.follow(accessPath(config)?.path);
    return optionsOf(config);
  });
  const apply = (reloaded: OptionsByName): void => reloadAll(members, reloaded);
  const watch = new FileWatch(() => {
    reloading.reloadAccess(async () => readAccess(config), apply);
  });
  process.once('exit', () => {
    for (const member of members) member.kill();
  });
  try {
    const starting = startAll(members);
    watch.follow(accessPath(config)?.path);
    signals.attach({
      reload: () => reloading.reload(apply),
      forgetPlaces: () => members.forEach((member) => member.forgetPlaces()),
    });
    const started = await Promise.race([starting, signals.stopped]);
    if (started === undefined) return;
    const ready = `ready: ${count(members.length)} of ${config.herd}\n`;
    announce(addressTable(started) + ready + tryNext(config, ownWords(), configFile));
    await signals.stopped;
  } finally {
    watch.stop();
    await Promise.all(members.map((member) => member.stop()));
  }
}

async function optionsOf(config: HerdConfig): Promise<OptionsByName> {
  const options = new Map<string, ServerOptions>();
  const access = await readAccess(config);
  for (const name of config.servers.keys()) {
    const secretParts = await readSecretParts(config, process.env, name); // a missing key is reported once
    options.set(name, serverOptions(config, name, secretParts, access));
  }
  return options;
}

function reloadAll(members: readonly Member[], options: OptionsByName): void {
  for (const member of members) {
    const its = options.get(member.name);
    if (its !== undefined) member.reload(its);
  }
}

type Started = readonly { readonly name: string; readonly listening: Listening }[];

async function startAll(members: readonly Member[]): Promise<Started> {
  const results = await Promise.all(
    members.map(async (member) => ({ name: member.name, listening: await member.start() })),
  );
  const started = results.flatMap(({ name, listening }) =>
    listening === undefined ? [] : [{ name, listening }],
  );
  if (started.length === members.length) return started;
  const failed = results.filter((result) => result.listening === undefined).map(({ name }) => name);
  throw new CliError('FAILED', [`could not start ${failed.join(', ')}; no server is left running`]);
}

function addressTable(started: Started): string {
  return table([
    ['SERVER', 'CLIENTS', 'PEERS', 'GATEWAY'],
    ...started.map(({ name, listening: { clients, peers, gateway } }) => [
      name,
      formatAddress(clients),
      formatAddress(peers),
      gateway === undefined ? '-' : formatAddress(gateway),
    ]),
  ]);
}

function ownWords(): string {
  const { execPath: runtime, argv, env: environment } = process;
  return programWords({ runtime, program: argv[1] ?? '', folder: process.cwd(), environment });
}

function count(servers: number): string {
  return servers === 1 ? '1 server' : `${servers} servers`;
}
