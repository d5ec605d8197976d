import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { InitOptions } from './commands/init.ts';

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
