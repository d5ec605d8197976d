import {
  readRules,
  requireAccessPath,
  requireGroup,
  requireName,
  requirePattern,
  usage,
} from '../access/arguments.ts';
import { jsonText } from '../access/describe.ts';
import { editAccessFile } from '../access/edit-access-file.ts';
import { loadConfig } from '../config/load.ts';
import { print, printMessage } from '../output.ts';
import { table } from '../table.ts';

export interface GroupOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Lists the groups and their members. */
export async function listGroups(options: GroupOptions): Promise<void> {
  const { groups } = await readRules(options.config);
  if (options.json === true) return print(jsonText(groups));
  const rows = groups.map(({ name, clients }) => [name, clients.join(', ')]);
  await print(table([['NAME', 'CLIENTS'], ...rows]));
}

/** Makes a group of these clients, or has one that is there consist of them. */
export async function setGroup(
  name: string,
  clients: readonly string[],
  options: GroupOptions,
): Promise<void> {
  requireName('the group', name);
  for (const text of clients) requirePattern('the client', text);
  const path = requireAccessPath(await loadConfig(options.config));
  await editAccessFile(path, Date.now(), (document) => {
    document.setIn(['groups', name], document.createNode(clients, { flow: true }));
  });
  printMessage(`group ${name} is ${clients.join(', ')}; running servers take it within seconds`);
}

/** Removes a group that no token reads. */
export async function removeGroup(name: string, options: GroupOptions): Promise<void> {
  const path = requireAccessPath(await loadConfig(options.config));
  await editAccessFile(path, Date.now(), (document, rules) => {
    requireGroup(name, rules);
    const readers = rules.tokens.filter(({ groups }) => groups.includes(name));
    if (readers.length > 0) {
      const names = readers.map((rule) => rule.name).join(', ');
      throw usage(
        `tokens read the group ${name}: ${names}; take it out of the file for them first`,
      );
    }
    document.deleteIn(['groups', name]);
  });
  printMessage(`removed the group ${name}`);
}
