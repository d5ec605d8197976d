import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { InitOptions } from './commands/init.ts';

/** The command that says what is wrong with a herd. What it needs is loaded when it runs. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('find what is wrong with a herd, running or not, and suggest remedies')
    .option('--config <file>', "the herd's configuration (default: herd.yaml here)")
    .option('--token-file <file>', 'a file with a token to ask servers for the state of the herd')
    .option('--ask-upstream', 'send the provider of places one real query, which may cost money')
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
      'a server and the host at which others reach it (default: loopback); repeatable',
      collect,
      [],
    )
    .option('--port <number>', 'the first client port')
    .option('--provider <name>', 'the provider of nearby places')
    .option('--places-url <url>', "the provider's base URL")
    .option('--places-file <file>', 'the place index of the provider "file"')
    .option('--access', 'require tokens (default: if a server is beyond loopback)')
    .option('--no-access', 'require no tokens')
    .option('--yes', 'ask nothing, and use the defaults')
    .option('--force', 'replace existing files')
    .action(async (options: InitOptions) => {
      const { init } = await import('./commands/init.ts');
      await init(options);
    });
}
