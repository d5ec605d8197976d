import type { Command } from 'commander';
import type { BenchOptions } from './bench/bench-options.ts';
import type { SendOptions } from './commands/send.ts';
import type { PhoneTestOptions } from './commands/phone.ts';
import type { StatusOptions } from './commands/status.ts';
import type { WatchOptions } from './commands/watch.ts';
import { collect } from './collect.ts';
import { Signals } from './signals.ts';

/** The flags that all commands have. */
interface CommonFlags {
  readonly config: readonly [flag: string, help: string];
}

/** Of the commands that speak to client ports. */
const ADDRESS_FLAGS = [
  ['--host <host[:port]>', 'a server at this address, without a configuration'],
  ['--port <port>', 'its port (default: 11645)'],
  ['--tls', 'use TLS; the certificate has to be signed by a trusted authority'],
] as const;
/** Of the commands that call a gateway. */
const GATEWAY_FLAGS = [
  ['--gateway <url>', 'ask the gateway at this URL instead of those of the configuration'],
  ['--server <name>', 'ask the gateway of this server (default: the first that answers)'],
] as const;
const TOKEN_FLAG = [
  '--token-file <file>',
  'show the first token of this file, for a herd with access',
] as const;

/** The commands of clients. What each of them needs is loaded when it runs. */
export function addClientCommands(program: Command, flags: CommonFlags): void {
  addSend(program, flags);
  addStatus(program, flags);
  addWatch(program, flags);
  addPhone(program, flags);
  addBench(program, flags);
}

function addSend(program: Command, { config }: CommonFlags): void {
  const send = program
    .command('send')
    .description(
      'send commands, or the lines of standard input, to a server and print the replies; a prompt at a terminal',
    )
    .argument('[name]', "the server's name; omit it with --host or --port")
    .argument('[commands...]', 'commands, each quoted; without any, standard input is read')
    .option(...config);
  for (const [flag, help] of ADDRESS_FLAGS) send.option(flag, help);
  send
    .option('--deadline <duration>', 'the longest wait for the next reply, for example 10s')
    .option('--fail', 'exit with status 1 if a command is answered with a question mark')
    .option(...TOKEN_FLAG)
    .action(async (name: string | undefined, commands: string[], options: SendOptions) => {
      const { send: run } = await import('./commands/send.ts');
      await run(name === undefined ? [] : [name, ...commands], options);
    });
}

function addStatus(program: Command, { config }: CommonFlags): void {
  const status = program
    .command('status')
    .description('print the state of all servers and links of a running herd');
  for (const [flag, help] of GATEWAY_FLAGS) status.option(flag, help);
  status
    .option('--watch [seconds]', 'repeat it, every two seconds by default')
    .option('--json', 'print JSON; with --watch, one object per line')
    .option(...TOKEN_FLAG)
    .option(...config)
    .action(async (options: StatusOptions) => {
      const signals = new Signals(); // before what takes time
      const { status: run } = await import('./commands/status.ts');
      await run(options, signals);
    });
}

function addWatch(program: Command, { config }: CommonFlags): void {
  program
    .command('watch')
    .description('print the locations of clients as they report, until Ctrl-C')
    .argument('[clients...]', 'only these clients')
    .option('--group <name>', 'only the clients of this group')
    .option('--name <pattern>', 'only clients with this ID (* for any characters)')
    .option('--bbox <box>', 'only clients in a box: west,south,east,north in degrees')
    .option('--near <point>', 'only clients around a point: latitude,longitude in degrees')
    .option('--radius <metres>', 'the radius around the point of --near')
    .option(
      '--geofence <name>',
      'only clients in this geofence, with those that enter and leave it',
      collect,
      [],
    )
    .option('--seen', 'also show when a client is seen without a location')
    .option('--json', 'print one JSON object per line')
    .option('--server <name>', 'ask only the gateway of this server')
    .option('--gateway <url>', 'ask the gateway at this URL, without a configuration')
    .option(...config)
    .option(...TOKEN_FLAG)
    .action(async (clients: string[], options: WatchOptions) => {
      const signals = new Signals();
      const { watch } = await import('./commands/watch.ts');
      await watch(clients, options, signals);
    });
}

function addPhone(program: Command, { config }: CommonFlags): void {
  const test = program
    .command('phone')
    .description('check whether a phone reports')
    .helpCommand(false)
    .command('test')
    .description("wait for a report of a client's phone, and print what arrived or what to check")
    .argument('<client>', 'the client')
    .option('--app <app>', 'only data from this app, for example owntracks')
    .option('--wait <duration>', 'the longest wait', '60s')
    .option('--json', 'print JSON');
  for (const [flag, help] of GATEWAY_FLAGS) test.option(flag, help);
  test
    .option(...TOKEN_FLAG)
    .option(...config)
    .action(async (client: string, options: PhoneTestOptions) => {
      const signals = new Signals();
      const { testPhone } = await import('./commands/phone.ts');
      await testPhone(client, options, signals);
    });
}

function addBench(program: Command, { config }: CommonFlags): void {
  const bench = program
    .command('bench')
    .description('load a running herd, and print its rate and latency')
    .argument('[servers...]', 'only these servers')
    .option('--connections <number>', 'the number of connections', '50')
    .option('--clients <number>', 'the number of clients that report', '1000')
    .option(
      '--depth <number>',
      'the maximum number of commands in flight per connection (default: 1, or 100 with --rate)',
    )
    .option('--duration <duration>', 'how long to run (default: 10s, unless --count is given)')
    .option('--count <number>', 'the number of commands to send')
    .option(
      '--rate <number>',
      'commands per second, sent whether or not replies arrive (an open loop)',
    )
    .option('--questions <percent>', 'the share of WHATSAT among the commands', '0')
    .option('--ask-upstream', 'allow queries to a provider of places outside the herd')
    .option('--keep', 'do not remove the clients at the end')
    .option('--deadline <duration>', 'the longest wait for the next reply')
    .option('--json', 'print JSON')
    .option(...config);
  for (const [flag, help] of ADDRESS_FLAGS) bench.option(flag, help);
  bench.option(...TOKEN_FLAG).action(async (servers: string[], options: BenchOptions) => {
    const signals = new Signals();
    const { bench: run } = await import('./commands/bench.ts');
    await run(servers, options, signals);
  });
}
