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
  ['--tls', 'it speaks TLS; its certificate has to be one that an authority vouches for'],
] as const;
/** Of the commands that call a gateway. */
const GATEWAY_FLAGS = [
  ['--gateway <url>', 'the gateway at this URL, in place of those of the configuration'],
  ['--server <name>', 'the gateway of this server (default: the first that answers)'],
] as const;
const TOKEN_FLAG = [
  '--token-file <file>',
  'show the token that this file has first, for a herd with access',
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
      "send commands, or standard input's lines, to a server and print the replies; at a terminal, a prompt",
    )
    .argument('[name]', "the server's name; none with --host or --port")
    .argument('[commands...]', 'a command each, quoted; none reads standard input')
    .option(...config);
  for (const [flag, help] of ADDRESS_FLAGS) send.option(flag, help);
  send
    .option(
      '--deadline <duration>',
      'the longest silence while something is to come, for example 10s',
    )
    .option('--fail', 'exit with status 1 where a command is answered with a question mark')
    .option(...TOKEN_FLAG)
    .action(async (name: string | undefined, commands: string[], options: SendOptions) => {
      const { send: run } = await import('./commands/send.ts');
      await run(name === undefined ? [] : [name, ...commands], options);
    });
}

function addStatus(program: Command, { config }: CommonFlags): void {
  const status = program
    .command('status')
    .description('print how all servers and links of a running herd are');
  for (const [flag, help] of GATEWAY_FLAGS) status.option(flag, help);
  status
    .option('--watch [seconds]', 'print it again and again, every two seconds by default')
    .option('--json', 'print JSON; with --watch, an object a line')
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
    .description('print where clients are as they report, until Ctrl-C')
    .argument('[clients...]', 'only these clients')
    .option('--group <name>', 'only the clients of this group')
    .option('--name <pattern>', 'only clients whose ID is this (* for any characters)')
    .option('--bbox <box>', 'only those in a box: west,south,east,north in degrees')
    .option('--near <point>', 'only those around a point: latitude,longitude in degrees')
    .option('--radius <metres>', 'how far around it; with --near')
    .option(
      '--geofence <name>',
      'only those in this geofence, and who enters and leaves it',
      collect,
      [],
    )
    .option('--seen', 'also when a client is seen that does not say where it is')
    .option('--json', 'print a JSON object a line')
    .option('--server <name>', 'ask the gateway of this server alone')
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
    .description('see whether a phone reports')
    .helpCommand(false)
    .command('test')
    .description("wait for a report of a client's phone, and say what came, or what to look at")
    .argument('<client>', 'the client')
    .option('--app <app>', 'only what this app sends, for example owntracks')
    .option('--wait <duration>', 'for so long at most', '60s')
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
    .description('make a load on a running herd, and print its rate and latency')
    .argument('[servers...]', 'only on these servers')
    .option('--connections <number>', 'over so many connections', '50')
    .option('--clients <number>', 'reports of so many clients', '1000')
    .option(
      '--depth <number>',
      'the most commands in flight on a connection (default: 1, or 100 with --rate)',
    )
    .option('--duration <duration>', 'for so long (default: 10s, unless --count is given)')
    .option('--count <number>', 'so many commands')
    .option(
      '--rate <number>',
      'so many commands a second, whether or not replies come (an open loop)',
    )
    .option('--questions <percent>', 'the share of WHATSAT among the commands', '0')
    .option('--ask-upstream', 'let questions go to a provider of places outside of the herd')
    .option('--keep', 'do not remove the clients at the end')
    .option('--deadline <duration>', 'the longest silence while something is to come')
    .option('--json', 'print JSON')
    .option(...config);
  for (const [flag, help] of ADDRESS_FLAGS) bench.option(flag, help);
  bench.option(...TOKEN_FLAG).action(async (servers: string[], options: BenchOptions) => {
    const signals = new Signals();
    const { bench: run } = await import('./commands/bench.ts');
    await run(servers, options, signals);
  });
}
