import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { InitOptions } from './commands/init.ts';

/** The command that says what is wrong with a herd. What it needs is loaded when it runs. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('say what is wrong with a herd, running or not, and what to do about it')
    .option('--config <file>', "the herd's configuration (default: herd.yaml here)")
    .option('--token-file <file>', 'the token with which to ask servers how the herd is')
    .option('--ask-upstream', 'ask the provider of places one real question, which may be paid for')
    .option('--json', 'print JSON')
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./commands/doctor.ts');
      await doctor(options);
    });
}

/** The command that writes a configuration. What it needs is loaded when it runs. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a configuration and its secrets; asks at a terminal')
    .option('--config <file>', 'the file to write (default: herd.yaml here)')
    .option('--herd <name>', 'the name of the herd')
    .option(
      '--server <name[=host]>',
      'a server, and where others reach it (default: loopback); again for further ones',
      collect,
      [],
    )
    .option('--port <number>', 'the first client port')
    .option('--provider <name>', 'where nearby places come from')
    .option('--places-url <url>', "the provider's base URL")
    .option('--places-file <file>', 'the place index of the provider "file"')
    .option('--access', 'ask for tokens (default: where a server is beyond loopback)')
    .option('--no-access', 'ask for none')
    .option('--yes', 'ask nothing: take the default of what no flag says')
    .option('--force', 'replace files that are there')
    .action(async (options: InitOptions) => {
      const { init } = await import('./commands/init.ts');
      await init(options);
    });
}
