import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { createToken, hashToken, TOKEN_BYTES } from '../../access/token.ts';
import { isLoopback } from '../../transport/address.ts';
import { parseAccessFile } from '../access/access-file.ts';
import { HASH_PREFIX } from '../access/access-schema.ts';
import { timeText } from '../access/describe.ts';
import { NEW_FILE } from '../access/edit-access-file.ts';
import { checkConfig } from '../config/check-config.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { ConfigError } from '../config/faults.ts';
import { parseYaml } from '../config/parse-yaml.ts';
import { readPlacesFile } from '../config/places-file.ts';
import { CliError } from '../errors.ts';
import type { Answers } from './answers.ts';
import { FILES, herdText } from './herd-text.ts';
import type { NewFile } from './new-files.ts';

/** The file of the first token, for the operator. */
export const TOKEN_FILE = 'operator.token';
/** What lists and logs call that token. */
const TOKEN_NAME = 'operator';
/** Twice what nobody finds by trying. */
const SECRET_BYTES = 32;
/** In the folder of an installed package, from the one that has its `node_modules`. */
const SCHEMA = 'node_modules/proxy-herd/dist/herd.schema.json';

/** A herd to be. */
export interface NewHerd {
  readonly config: HerdConfig;
  readonly files: readonly NewFile[];
}

/**
 * The files of a new herd: the configuration and the secrets, each in a file of its own.
 *
 * @param file the configuration, as it was named
 * @throws {CliError} `USAGE` where the answers make no configuration, or a file is not there that they name
 */
export async function herdFiles(answers: Answers, file: string, nowMs: number): Promise<NewHerd> {
  const folder = dirname(resolve(file));
  const hasSecret = answers.servers.some(({ host }) => !isLoopback(host));
  const text = herdText(answers, schemaPath(folder), hasSecret);
  const config = await checkText(file, text);
  const secret = (name: string, content: string): NewFile => ({
    path: join(dirname(file), name),
    text: content,
    isSecret: true,
  });
  const files = [
    ...(hasSecret ? [secret(FILES.secret, `${randomBytes(SECRET_BYTES).toString('hex')}\n`)] : []),
    ...(answers.key === undefined ? [] : [secret(FILES.key, `${answers.key}\n`)]),
    ...(answers.hasAccess ? accessFiles(secret, nowMs) : []),
    { path: file, text, isSecret: false }, // the last: with it there is a herd
  ];
  return { config, files };
}

/** Checks what is to be written as a start would, but for the secrets, which do not exist yet. */
async function checkText(file: string, text: string): Promise<HerdConfig> {
  try {
    const config = checkConfig(parseYaml(file, text));
    await readPlacesFile(config);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError('USAGE', [
      `nothing was written, since ${file} would have a fault:`,
      ...error.lines,
    ]);
  }
}

/** The access file, with a token that may do everything, and that token. */
function accessFiles(secret: (name: string, content: string) => NewFile, nowMs: number): NewFile[] {
  const token = createToken(randomBytes(TOKEN_BYTES));
  const rule = {
    hash: HASH_PREFIX + hashToken(token),
    created: timeText(nowMs),
    report: ['*'],
    read: ['*'],
    operate: true,
  };
  const text = `${NEW_FILE}groups: {}\n${stringify({ tokens: { [TOKEN_NAME]: rule } })}`;
  parseAccessFile(basename(FILES.access), text); // so that no server ever refuses it
  return [secret(FILES.access, text), secret(TOKEN_FILE, `${token}\n`)];
}

/** The schema for editors, from a folder: where this package is in a `node_modules` of it or of one above it. */
function schemaPath(folder: string): string | undefined {
  const own = fileURLToPath(import.meta.url);
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, SCHEMA);
    const isOwn = own.startsWith(join(at, 'node_modules', 'proxy-herd') + sep);
    if (isOwn && existsSync(path)) return relative(folder, path).split(sep).join('/');
    if (at === dirname(at)) return undefined;
  }
}
