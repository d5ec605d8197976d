import type { Command } from 'commander';
import type { SendOptions } from './commands/send.ts';
import type { WatchOptions } from './commands/watch.ts';
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
const TOKEN_FLAG = [
  '--token-file <file>',
  'show the token that this file has first, for a herd with access',
] as const;

/** The commands of clients. What each of them needs is loaded when it runs. */
export function addClientCommands(program: Command, flags: CommonFlags): void {
  addSend(program, flags);
  addWatch(program, flags);
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
