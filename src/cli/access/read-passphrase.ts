import { dirname, resolve } from 'node:path';

import { encryptionKeyOf } from '../../access/encryption-key.ts';
import type { TokenRule } from '../../access/rules.ts';
import { CliError, systemCode } from '../errors.ts';
import type { AccessPath } from './read-access.ts';
import { readOwnFile } from './own-file.ts';

/** The most bytes of a passphrase's file: 32 of them count. */
const MAX_PASSPHRASE_BYTES = 1024;

/** What the phone of a token encrypts with. @see readPassphrase */
export async function readEncryptionKey(
  rule: Pick<TokenRule, 'name' | 'passphraseFile'>,
  access: AccessPath,
): Promise<Uint8Array | undefined> {
  const passphrase = await readPassphrase(rule, access);
  return passphrase === undefined ? undefined : encryptionKeyOf(passphrase);
}

/**
 * The passphrase of a token; `undefined` where it names no file of one.
 *
 * @param access the access file: a path begins at its folder
 * @throws {CliError} `CONFIG` where the file cannot be read or has none. What was written as its path is not in the
 *   message: it may be the passphrase, by mistake
 */
export async function readPassphrase(
  { name: token, passphraseFile }: Pick<TokenRule, 'name' | 'passphraseFile'>,
  access: AccessPath,
): Promise<string | undefined> {
  if (passphraseFile === undefined) return undefined;
  const name = `${access.name}: tokens.${token}.passphraseFile`;
  const path = resolve(dirname(access.path), passphraseFile);
  try {
    const file = { name, path, maxBytes: MAX_PASSPHRASE_BYTES, shown: 'the file that it names' };
    const [passphrase = ''] = (await readOwnFile(file)).split(/\r?\n/, 1);
    if (passphrase !== '') return passphrase;
    throw new CliError('CONFIG', [`${name}: the file has no passphrase in its first line`]);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new CliError('CONFIG', [`${name}: the file that it names is not there`]);
  }
}
