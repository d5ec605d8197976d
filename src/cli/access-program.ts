import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { GroupOptions } from './commands/group.ts';
import type { CreateOptions, ShareOptions, TokenOptions } from './commands/token/create.ts';

/** The flags that all these commands have. */
interface CommonFlags {
  readonly config: readonly [flag: string, help: string];
}

const JSON_FLAG = ['--json', 'print JSON'] as const;
const NAME_FLAG = ['--name <name>', 'what lists and logs call it'] as const;

/** The commands about tokens. What each of them needs is loaded when it runs. */
export function addTokenCommands(program: Command, { config }: CommonFlags): void {
  const token = program
    .command('token')
    .description('create, list and revoke tokens, which control access')
    .helpCommand(false);
  token
    .command('create')
    .description('create a token, and print it this once')
    .option('--client <client>', 'allow reports as this client (* for any characters)', collect, [])
    .option('--read <client>', 'allow reading this client', collect, [])
    .option('--group <name>', 'allow reading the clients of this group', collect, [])
    .option('--operate', 'allow operating the herd')
    .option('--waypoints', "turn the phone's waypoints into geofences")
    .option(
      '--passphrase-file <file>',
      "the file with the passphrase of the phone's encryption (OwnTracks)",
    )
    .option('--expires <duration>', 'how long it is valid, for example 30d (default: forever)')
    .option(
      '--app <app>',
      "print how to set up this app on the client's phone, for example owntracks",
    )
    .option('--qr', 'also print the QR code to scan')
    .option(
      '--url <url>',
      'the URL of a gateway for phones (default: gatewayUrl of the configuration)',
    )
    .option(...NAME_FLAG)
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (options: CreateOptions) => {
      const { createOne } = await import('./commands/token/create.ts');
      await createOne(options);
    });
  token
    .command('share')
    .description(
      "create a token that shows one client's or group's locations, and print it this once",
    )
    .argument('[client]', 'the client')
    .option('--group <name>', 'a group instead of a client')
    .requiredOption('--expires <duration>', 'how long it is valid, for example 2h')
    .option('--link', 'print a link to the dashboard that contains the token')
    .option(...NAME_FLAG)
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (client: string | undefined, options: ShareOptions) => {
      const { share } = await import('./commands/token/create.ts');
      await share(client, options);
    });
  token
    .command('list')
    .description('print the tokens: names, permissions, and whether they are valid')
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (options: TokenOptions) => {
      const { listTokens } = await import('./commands/token/list.ts');
      await listTokens(options);
    });
  token
    .command('revoke')
    .description('revoke tokens')
    .argument('<names...>', 'their names')
    .option(...config)
    .action(async (names: string[], options: TokenOptions) => {
      const { revokeTokens } = await import('./commands/token/revoke.ts');
      await revokeTokens(names, options);
    });
}

/** The commands about groups. */
export function addGroupCommands(program: Command, { config }: CommonFlags): void {
  const group = program
    .command('group')
    .description('list, set and remove groups of clients, which tokens may read')
    .helpCommand(false);
  group
    .command('list')
    .description('print the groups and their members')
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (options: GroupOptions) => {
      const { listGroups } = await import('./commands/group.ts');
      await listGroups(options);
    });
  group
    .command('set')
    .description('create a group of these clients, or replace its members')
    .argument('<name>', "the group's name")
    .argument('<clients...>', 'its clients (* for any characters)')
    .option(...config)
    .action(async (name: string, clients: string[], options: GroupOptions) => {
      const { setGroup } = await import('./commands/group.ts');
      await setGroup(name, clients, options);
    });
  group
    .command('remove')
    .description('remove a group that no token reads')
    .argument('<name>', "the group's name")
    .option(...config)
    .action(async (name: string, options: GroupOptions) => {
      const { removeGroup } = await import('./commands/group.ts');
      await removeGroup(name, options);
    });
}
