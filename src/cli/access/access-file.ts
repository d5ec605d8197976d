import { redactTokens } from '../../protocol/redact-tokens.ts';
import type { AccessRules, TokenRule } from '../../access/rules.ts';
import { isName, NAME_EXPECTED } from '../../protocol/name.ts';
import { didYouMean } from '../closest.ts';
import { ConfigError, schemaFaults, word, type Fault } from '../config/faults.ts';
import { parseYaml } from '../config/parse-yaml.ts';
import { CliError } from '../errors.ts';
import { readOwnFile } from './own-file.ts';
import type { AccessPath, ParseAccess } from './read-access.ts';
import { accessFileSchema, type AccessFileValues } from './access-schema.ts';

/** The most tokens: some seconds of reading, on a thread of its own. */
const MAX_TOKENS = 10_000;
/** The most bytes of a file: so many tokens with what else may be in it. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** An access file as it was read. */
export interface AccessFile {
  readonly text: string;
  readonly rules: AccessRules;
}

/**
 * Reads an access file.
 *
 * @throws {CliError} `CONFIG` where it cannot be read or used
 * @throws the system's error where it is not there
 */
export async function readAccessFile(
  path: AccessPath,
  parse: ParseAccess = parseAccessFile,
): Promise<AccessFile> {
  const text = await readOwnFile({ ...path, maxBytes: MAX_FILE_BYTES, shown: path.name });
  return { text, rules: await parse(path.name, text) };
}

/**
 * Checks the text of an access file. A token that was written where its hash belongs is not in a message.
 *
 * @throws {CliError} `CONFIG`, with every fault and its line
 */
export function parseAccessFile(name: string, text: string): AccessRules {
  try {
    const { source, value } = parseYaml(name, text);
    const parsed = accessFileSchema.safeParse(value);
    const faults = schemaFaults(parsed.error?.issues ?? [], value);
    if (!parsed.success) throw new ConfigError(source, faults);
    const crossed = crossFaults(parsed.data);
    if (crossed.length > 0) throw new ConfigError(source, crossed);
    return toRules(parsed.data);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.code, error.lines.map(redactTokens));
  }
}

function toRules({ groups, tokens }: AccessFileValues): AccessRules {
  return {
    groups: Object.entries(groups).map(([name, clients]) => ({ name, clients })),
    tokens: Object.entries(tokens).map(([name, values]): TokenRule => {
      const { hash, share, created, expires, revoked, report, read, operate } = values;
      const { waypoints, passphraseFile } = values;
      return {
        name,
        hash,
        isShare: share,
        createdMs: created,
        expiresMs: expires,
        revokedMs: revoked,
        report,
        read,
        groups: values.groups,
        operate,
        waypoints,
        passphraseFile,
        encryptionKey: undefined,
      };
    }),
  };
}

/** What is wrong between values. */
function crossFaults({ groups, tokens }: AccessFileValues): Fault[] {
  return [
    ...nameFaults('groups', groups),
    ...nameFaults('tokens', tokens),
    ...groupFaults(tokens, Object.keys(groups)),
    ...hashFaults(tokens),
    ...shareFaults(tokens),
    ...countFaults(tokens),
  ];
}

type Tokens = AccessFileValues['tokens'];

function nameFaults(key: string, values: Readonly<Record<string, unknown>>): Fault[] {
  return Object.keys(values)
    .filter((name) => !isName(name))
    .map((name) => ({
      path: [key, name],
      message: `found ${word(name)}, expected ${NAME_EXPECTED}`,
    }));
}

function groupFaults(tokens: Tokens, known: readonly string[]): Fault[] {
  return Object.entries(tokens).flatMap(([token, { groups }]) =>
    groups.flatMap((group, index): Fault[] => {
      if (known.includes(group)) return [];
      const message = `no group ${word(group)}${didYouMean(group, known)}`;
      return [{ path: ['tokens', token, 'groups', index], message }];
    }),
  );
}

function hashFaults(tokens: Tokens): Fault[] {
  const seen = new Map<string, string>();
  return Object.entries(tokens).flatMap(([token, { hash }]): Fault[] => {
    const first = seen.get(hash);
    if (first === undefined) {
      seen.set(hash, token);
      return [];
    }
    return [{ path: ['tokens', token, 'hash'], message: `found the hash of ${word(first)} again` }];
  });
}

/** A share link shows one client or group for a time, and nothing else. */
function shareFaults(tokens: Tokens): Fault[] {
  return Object.entries(tokens).flatMap(([token, values]): Fault[] => {
    const { share, expires, report, read, groups, operate } = values;
    if (!share) return [];
    const isOne = read.length + groups.length === 1 && report.length === 0 && !operate;
    const isPhone = values.waypoints || values.passphraseFile !== undefined;
    if (isOne && !isPhone && expires !== undefined) return [];
    const message = 'found a share link, expected expires, and one client to read or one group';
    return [{ path: ['tokens', token], message }];
  });
}

function countFaults(tokens: Tokens): Fault[] {
  const count = Object.keys(tokens).length;
  if (count <= MAX_TOKENS) return [];
  return [{ path: ['tokens'], message: `found ${count} tokens, expected at most ${MAX_TOKENS}` }];
}
