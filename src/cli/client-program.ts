import type { Command } from 'commander';
import type { SendOptions } from './commands/send.ts';

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
