import { parsePattern, PATTERN_EXPECTED } from '../../access/client-pattern.ts';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import type { AccessRules } from '../../access/rules.ts';
import { isToken } from '../../access/token.ts';
import { isName, NAME_EXPECTED } from '../../protocol/name.ts';
import { didYouMean } from '../closest.ts';
import { word } from '../config/faults.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { parseDuration } from '../config/values.ts';
import { loadConfig } from '../config/load.ts';
import { CliError, systemCode } from '../errors.ts';
import { readAccessFile } from './access-file.ts';
import { accessPath, type AccessPath } from './read-access.ts';

/** The longest life of a token, in milliseconds: a century, whose end every program can write down. */
const MAX_LIFE_MS = 36_500 * 86_400_000;

/** An error of the command line. A token that was put where a name belongs is not in it. */
export function usage(message: string): CliError {
  return new CliError('USAGE', [redactTokens(message)]);
}

/** The access file of a configuration. @throws {CliError} `USAGE` where access is off */
export function requireAccessPath(config: HerdConfig): AccessPath {
  const path = accessPath(config);
  if (path !== undefined) return path;
  const { file, name } = config.source;
  const where = file === undefined ? 'a herd.yaml' : name;
  throw usage(
    `access is off: name its file in ${where}, for example access: { file: access.yaml }`,
  );
}

/**
 * The rules of a configuration's access file; none where it was not made yet.
 *
 * @param configFile the configuration
 * @throws {CliError} where access is off or the file cannot be used
 */
export async function readRules(configFile: string | undefined): Promise<AccessRules> {
  const path = requireAccessPath(await loadConfig(configFile));
  try {
    return (await readAccessFile(path)).rules;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { groups: [], tokens: [] };
  }
}

/**
 * @param what which argument it is, for the message
 * @returns the one client that a pattern covers, if it is one
 * @throws {CliError} `USAGE` where it is not a pattern
 */
export function requirePattern(what: string, text: string): string | undefined {
  const pattern = parsePattern(text);
  if (pattern !== undefined) return pattern.client;
  throw usage(`found ${what} ${JSON.stringify(text)}, expected ${PATTERN_EXPECTED}`);
}

/** @throws {CliError} `USAGE` where nothing can have that name */
export function requireName(what: string, name: string): void {
  // A name is shown and logged, and a token may not be.
  if (isToken(name)) throw usage(`found ${what} that is a token, expected a name`);
  if (!isName(name)) throw usage(`found ${what} ${word(name)}, expected ${NAME_EXPECTED}`);
}

/** @throws {CliError} `USAGE` where there is no such group */
export function requireGroup(name: string, { groups }: AccessRules): void {
  const known = groups.map((group) => group.name);
  if (known.includes(name)) return;
  const how = `make it with proxy-herd group set ${isName(name) ? name : 'NAME'} CLIENT …`;
  throw usage(`no group ${word(name)}${didYouMean(name, known)}; ${how}`);
}

/** How long a token is to be good, in milliseconds. @throws {CliError} `USAGE` */
export function readLife(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > 0 && ms <= MAX_LIFE_MS) return ms;
  throw usage(`found --expires ${text}, expected a duration such as 2h or 30d, at most 36500d`);
}
