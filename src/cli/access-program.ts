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
    .description('make, list and revoke tokens, which say who may do what')
    .helpCommand(false);
  token
    .command('create')
    .description('make a token, and print it this once')
    .option('--client <client>', 'it may report as this client (* for any characters)', collect, [])
    .option('--read <client>', 'it may read this client', collect, [])
    .option('--group <name>', 'it may read the clients of this group', collect, [])
    .option('--operate', 'it may operate the herd')
    .option('--waypoints', "its phone's waypoints become geofences")
    .option('--passphrase-file <file>', 'the file of what its phone encrypts with (OwnTracks)')
    .option('--expires <duration>', 'for how long it is good, for example 30d (default: for ever)')
    .option(
      '--app <app>',
      'print how to set up this app on the phone of --client, for example owntracks',
    )
    .option('--qr', 'print the code to scan for it as well')
    .option(
      '--url <url>',
      'where phones reach a gateway (default: gatewayUrl of the configuration)',
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
      "make a token that shows one client's or group's locations, and print it this once",
    )
    .argument('[client]', 'the client')
    .option('--group <name>', 'the group, in place of a client')
    .requiredOption('--expires <duration>', 'for how long it is good, for example 2h')
    .option('--link', 'print the link that opens the dashboard and shows it, with the token in it')
    .option(...NAME_FLAG)
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (client: string | undefined, options: ShareOptions) => {
      const { share } = await import('./commands/token/create.ts');
      await share(client, options);
    });
  token
    .command('list')
    .description('print the tokens: their names, what they may do, and whether they are good')
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (options: TokenOptions) => {
      const { listTokens } = await import('./commands/token/list.ts');
      await listTokens(options);
    });
  token
    .command('revoke')
    .description('have tokens be good no more')
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
    .description('print the groups and who is in them')
    .option(...JSON_FLAG)
    .option(...config)
    .action(async (options: GroupOptions) => {
      const { listGroups } = await import('./commands/group.ts');
      await listGroups(options);
    });
  group
    .command('set')
    .description('make a group of these clients, or have one consist of them')
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
