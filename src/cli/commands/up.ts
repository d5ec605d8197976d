import { formatAddress } from '../../transport/address.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import { CliError } from '../errors.ts';
import { announce, tell } from '../output.ts';
import { untilStopped } from '../signals.ts';
import { Member } from '../supervisor/member.ts';
import type { ReadyMessage } from '../supervisor/ready-message.ts';
import { table } from '../table.ts';

/** Runs every server of the configuration, each in its own process, until it is told to stop. */
export async function up(configFile: string | undefined): Promise<void> {
  const config = await loadConfig(configFile);
  await readSecretParts(config, process.env); // a missing key is told once, before anything starts
  const names = [...config.servers.keys()];
  const members = names.map((name) => new Member(name, config.source.file, tell));
  const signalAll = (signal: 'SIGHUP' | 'SIGUSR2'): void => {
    for (const member of members) member.signal(signal);
  };
  const stopped = untilStopped({
    reopen: () => signalAll('SIGHUP'),
    forgetPlaces: () => signalAll('SIGUSR2'),
  });
  process.once('exit', () => {
    for (const member of members) member.kill();
  });
  try {
    const ready = await Promise.race([startAll(members), stopped]);
    if (ready === undefined) return;
    announce(addressTable(ready));
    announce(`ready: ${count(names.length)} of ${config.herd}\n`);
    await stopped;
  } finally {
    await Promise.all(members.map((member) => member.stop()));
  }
}

type Started = readonly { readonly name: string; readonly ready: ReadyMessage }[];

async function startAll(members: readonly Member[]): Promise<Started> {
  const results = await Promise.all(
    members.map(async (member) => ({ name: member.name, ready: await member.start() })),
  );
  const started = results.flatMap(({ name, ready }) =>
    ready === undefined ? [] : [{ name, ready }],
  );
  if (started.length === members.length) return started;
  const failed = results.filter(({ ready }) => ready === undefined).map(({ name }) => name);
  throw new CliError('FAILED', [`could not start ${failed.join(', ')}; no server is left running`]);
}

function addressTable(started: Started): string {
  return table([
    ['SERVER', 'CLIENTS', 'PEERS'],
    ...started.map(({ name, ready: { clients, peers } }) => [
      name,
      formatAddress(clients),
      formatAddress(peers),
    ]),
  ]);
}

function count(servers: number): string {
  return servers === 1 ? '1 server' : `${servers} servers`;
}
