import type { DemoAnswer, DemoWish } from '../../gateway/demo-port.ts';
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
import { loadDemoConfig } from '../demo/demo-config.ts';
import { HerdDemo } from '../demo/herd-demo.ts';
import { Member } from '../supervisor/member.ts';
import { PATIENCE } from '../supervisor/server-process.ts';
import type { Listening } from '../supervisor/messages.ts';
import { ownWords } from '../program-words.ts';
import { table } from '../table.ts';
import { dashboardLine, tryNext } from '../try-next.ts';

/** What `up` can be given. */
export interface UpOptions {
  readonly config?: string | undefined;
  /** Whether the herd is there for the demo alone. */
  readonly demo?: boolean | undefined;
}

/**
 * Runs every server of the configuration, each in its own process, until it is asked to stop. The
 * configuration is read here alone, and handed to the servers: so all of them run on the same one, also
 * those that are started again.
 */
export async function up(
  { config: configFile, demo: isDemoHerd = false }: UpOptions,
  signals: Signals,
): Promise<void> {
  const load = (): Promise<HerdConfig> =>
    isDemoHerd ? loadDemoConfig(configFile) : loadConfig(configFile);
  let config = await load();
  const demo = new HerdDemo(config, isDemoHerd, printMessage);
  const options = await optionsOf(config);
  const askDemo = (wish: DemoWish): Promise<DemoAnswer> => demo.ask(wish);
  const parts = { report: printMessage, patience: PATIENCE, askDemo };
  const members = Array.from(options.values(), (each) => new Member(each, parts));
  const reloading = new Reloading(options, async () => {
    config = await load();
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
    const ready = `ready: ${count(members.length)} of ${config.herd}\n${dashboardLine(config)}`;
    // What is tried next by hand would not be of the demo.
    const next = isDemoHerd ? '' : tryNext(config, ownWords(), configFile);
    announce(addressTable(started) + ready + next);
    if (isDemoHerd) await startDemo(demo);
    else void demo.clean();
    await signals.stopped;
  } finally {
    watch.stop();
    await demo.close();
    await Promise.all(members.map((member) => member.stop()));
  }
}

/** How often the demo of a herd that is there for it alone is started, where the herd does not answer in time. */
const DEMO_TRIES = 3;

/** Starts the demo of a herd that is there for it alone. */
async function startDemo(demo: HerdDemo): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await demo.ask('start');
    if (!('refusal' in answer)) return;
    if (answer.refusal === 'demo-failed' && tries < DEMO_TRIES) continue;
    return printMessage(`the demo could not be started: ${answer.detail}`);
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

function count(servers: number): string {
  return servers === 1 ? '1 server' : `${servers} servers`;
}
