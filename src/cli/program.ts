import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addGroupCommands, addTokenCommands } from './access-program.ts';
import type { CheckOptions } from './commands/check.ts';
import type { UpOptions } from './commands/up.ts';
import { addClientCommands } from './client-program.ts';
import { CliError } from './errors.ts';
import { addPlacesCommands } from './places-program.ts';
import { addPlanCommand } from './plan-program.ts';
import { addDoctorCommand, addInitCommand } from './setup-program.ts';
import { Signals } from './signals.ts';
import { printMessage, outliveBrokenOutput, print, printErrorLine } from './output.ts';

/**
 * Runs the command line on its arguments, without the program's name. Resolves to the exit status: 0,
 * 1 for a failure, 2 for a usage error or a faulty configuration. Foreseen errors are printed on
 * standard error; any other is a bug and is thrown.
 */
export async function run(args: readonly string[]): Promise<number> {
  outliveBrokenOutput();
  try {
    await runProgram(args);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return 2; // it has printed it
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) {
      // A fault of a file starts with the file's name and line, where editors look for it.
      if (error.code === 'CONFIG') printErrorLine(line);
      else printMessage(line);
    }
    return error.exitStatus;
  }
}

async function runProgram(args: readonly string[]): Promise<void> {
  let help = '';
  const program = createProgram((text) => (help += text));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
    await print(help); // the help or the version was asked for
  }
}

interface ConfigOption {
  readonly config?: string;
}

const CONFIG_FLAG = '--config <file>';
const CONFIG_HELP =
  "the herd's configuration (default: herd.yaml here, else five servers on loopback)";

/**
 * The commands. What each of them needs is loaded when it runs: that is most of the time that a start takes.
 *
 * @param writeHelp given the help and the version, where they are asked for
 */
function createProgram(writeHelp: (text: string) => void): Command {
  const program = new Command('proxy-herd')
    .description('A herd of servers that keeps the last known location of every client.')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: writeHelp,
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'proxy-herd: '));
      },
    });
  addInitCommand(program);
  program
    .command('up')
    .description('start every server in its own process; restart one that dies; stop all on Ctrl-C')
    .option(CONFIG_FLAG, CONFIG_HELP)
    .option(
      '--demo',
      'run a separate herd that stores nothing, with made-up clients that move over a city',
    )
    .action(async (options: UpOptions) => {
      const signals = new Signals(); // before what takes time
      const { up } = await import('./commands/up.ts');
      await up(options, signals);
    });
  program
    .command('serve')
    .description('run one server in the foreground')
    .argument('<name>', "the server's name")
    .option(CONFIG_FLAG, CONFIG_HELP)
    .action(async (name: string, options: ConfigOption) => {
      const signals = new Signals();
      const { serve } = await import('./commands/serve.ts');
      await serve(name, options.config, signals);
    });
  addClientCommands(program, { config: [CONFIG_FLAG, CONFIG_HELP] });
  program
    .command('check')
    .description('validate a configuration and print its topology')
    .option(CONFIG_FLAG, CONFIG_HELP)
    .option('--no-secrets', 'ignore keys, secrets and certificates, for machines without them')
    .option('--json', 'print JSON, including any faults')
    .action(async (options: CheckOptions) => {
      const { check } = await import('./commands/check.ts');
      await check(options);
    });
  addDoctorCommand(program);
  addPlacesCommands(program);
  addPlanCommand(program);
  addTokenCommands(program, { config: [CONFIG_FLAG, CONFIG_HELP] });
  addGroupCommands(program, { config: [CONFIG_FLAG, CONFIG_HELP] });
  return program;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof content === 'object' && content !== null && 'version' in content) {
    return String(content.version);
  }
  throw new TypeError(`${file.href} has no version`);
}
