import { dirname, isAbsolute, join, resolve } from 'node:path';

import type { AccessOptions, AccessRules, TokenRule } from '../../access/rules.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { fault } from '../config/named-file.ts';
import { systemCode } from '../errors.ts';

/** Checks the text of an access file. @see parseAccessFile */
export type ParseAccess = (name: string, text: string) => AccessRules | Promise<AccessRules>;

/** Where a configuration has its access file. */
export interface AccessPath {
  /** For messages: from where the user named the configuration. */
  readonly name: string;
  readonly path: string;
}

/** Where the access file is; `undefined` where access is off. */
export function accessPath({ access, source }: HerdConfig): AccessPath | undefined {
  if (access === undefined) return undefined;
  const { file } = access;
  const name =
    source.file === undefined || isAbsolute(file) ? file : join(dirname(source.name), file);
  return { name, path: resolve(source.folder, file) };
}

/**
 * Reads the access file of a configuration, where it has one.
 *
 * @param parse `parseAside`, where the thread may not be kept; else `parseAccessFile`
 * @throws {CliError} `CONFIG`, with every fault of the file and its line
 */
export async function readAccess(
  config: HerdConfig,
  parse?: ParseAccess,
): Promise<AccessOptions | undefined> {
  const path = accessPath(config);
  if (config.access === undefined || path === undefined) return undefined;
  const { clients, gateway } = config.access;
  const { readAccessFile } = await import('./access-file.ts');
  const { readEncryptionKey } = await import('./read-passphrase.ts');
  try {
    const { rules } = await readAccessFile(path, parse);
    const tokens: TokenRule[] = [];
    for (const rule of rules.tokens) {
      tokens.push({ ...rule, encryptionKey: await readEncryptionKey(rule, path) });
    }
    return { groups: rules.groups, tokens, clients, gateway };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      const how = 'proxy-herd token create makes it';
      throw fault(config, ['access', 'file'], `the file that it names is not there; ${how}`);
    }
    throw error;
  }
}
