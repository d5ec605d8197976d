import { z } from 'zod';
import type { ProviderDescriptor } from '../../places/descriptor.ts';
import { findProvider, PROVIDERS } from '../../places/providers.ts';
import { settingsSchema } from '../../places/settings.ts';
import { isLoopback } from '../../transport/address.ts';
import { DEFAULTS } from '../config/defaults.ts';
import { KEY_DESCRIPTIONS } from '../config/key-descriptions.ts';
import { API_KEY_EXPECTED, isApiKey } from '../../places/api-key.ts';
import { EXPECTED, parseAddress, parseName } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { answerTo, type Ask, type Question } from './question.ts';

/** What the flags of `init` say of the herd. */
export interface AnswerFlags {
  readonly herd?: string;
  readonly server: readonly string[];
  readonly port?: string;
  readonly provider?: string;
  readonly placesUrl?: string;
  readonly placesFile?: string;
  readonly access?: boolean;
}

/** A server to be. */
export interface NewServer {
  readonly name: string;
  /** Where the others and its clients reach it. */
  readonly host: string;
}

/** All that has to be known to write a configuration. */
export interface Answers {
  readonly herd: string;
  readonly servers: readonly NewServer[];
  /** The client port of the first server of a machine. */
  readonly firstPort: number;
  readonly provider: string;
  /** The provider's own settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Its API key, where it needs one. */
  readonly key: string | undefined;
  readonly hasAccess: boolean;
}

const LOOPBACK = '127.0.0.1';
/** Each takes three ports of a machine, a thousand apart; a ring of more is slow. */
const MAX_SERVERS = 100;
const SERVERS = `1 to ${MAX_SERVERS} different names with spaces between, each NAME or NAME=HOST`;
/** So that the ports of peers and gateways, 1,000 and 2,000 above, are there as well. */
const MAX_FIRST_PORT = 63_000;

/**
 * Finds out what has to be known: from flags, from the terminal, and where neither says it, from defaults.
 *
 * @param ask `undefined` where nobody can be asked
 * @throws {CliError} `USAGE` where a flag says something else than expected, or something is missing
 */
export async function findAnswers(
  flags: AnswerFlags,
  environment: NodeJS.ProcessEnv,
  ask: Ask | undefined,
): Promise<Answers> {
  const herd = await answerTo(HERD, flags.herd, ask);
  const named = flags.server.length === 0 ? undefined : flags.server.join(' ');
  const servers = await answerTo(SERVERS_QUESTION, named, ask);
  const firstPort = await answerTo(PORT, flags.port, ask);
  const provider = await answerTo(PROVIDER, flags.provider, ask);
  const settings = await settingsOf(provider, flags, ask);
  const key = await keyOf(provider, environment, ask);
  const access = flags.access === undefined ? undefined : wordOf(flags.access);
  const isAlone = servers.every(({ host }) => isLoopback(host));
  const hasAccess = await answerTo(accessQuestion(isAlone), access, ask);
  return { herd, servers, firstPort, provider: provider.name, settings, key, hasAccess };
}

const HERD: Question<string> = {
  text: 'Name of the herd',
  flag: '--herd',
  suggestion: DEFAULTS.herd,
  expected: EXPECTED.name,
  parse: parseName,
};

const SERVERS_QUESTION: Question<readonly NewServer[]> = {
  text: 'Servers, by name; NAME=HOST for one of another machine',
  flag: '--server',
  suggestion: 'alpha beta gamma',
  expected: SERVERS,
  parse(text) {
    const servers = text
      .split(/[\s,]+/)
      .flatMap((word) => (word === '' ? [] : [parseServer(word)]));
    const names = new Set(servers.map((server) => server?.name.toLowerCase()));
    const isUsable = servers.length > 0 && servers.length <= MAX_SERVERS;
    if (!isUsable || names.size < servers.length) return undefined;
    const known = servers.filter((server) => server !== undefined);
    return known.length === servers.length ? known : undefined;
  },
};

/** `NAME`, `NAME=HOST` */
function parseServer(word: string): NewServer | undefined {
  const [, name = '', host = LOOPBACK] = /^([^=]*)(?:=(.*))?$/.exec(word) ?? [];
  const isHost = parseAddress(host.includes(':') ? `[${host}]:1` : `${host}:1`) !== undefined;
  return isHost && parseName(name) !== undefined ? { name, host } : undefined;
}

const PORT: Question<number> = {
  text: 'First client port; neighbours connect 1,000 above it, the HTTP gateway is 2,000 above it',
  flag: '--port',
  suggestion: '11645',
  expected: `a port from 1 to ${MAX_FIRST_PORT}`,
  parse(text) {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    return port >= 1 && port <= MAX_FIRST_PORT ? port : undefined;
  },
};

const NAMES = PROVIDERS.map(({ name }) => name);

const PROVIDER: Question<ProviderDescriptor> = {
  text: `Nearby places from ${NAMES.join(', ')}`,
  flag: '--provider',
  suggestion: DEFAULTS.places.provider,
  expected: `one of ${NAMES.join(', ')}`,
  parse: findProvider,
};

/** The settings that the provider needs, and those that flags say. */
async function settingsOf(
  { settings, name }: ProviderDescriptor,
  { placesUrl, placesFile }: AnswerFlags,
  ask: Ask | undefined,
): Promise<Record<string, string>> {
  const said: Readonly<Record<string, string | undefined>> = { url: placesUrl, file: placesFile };
  const shape: Readonly<Record<string, z.core.$ZodType>> = settingsSchema(settings).shape;
  const found: Record<string, string> = {};
  for (const key of new Set([...Object.keys(shape), ...Object.keys(said)])) {
    const schema = shape[key];
    const text = said[key];
    if (schema === undefined) {
      if (text === undefined) continue;
      throw new CliError('USAGE', [`found --places-${key}, which the provider ${name} has not`]);
    }
    const missing = z.safeParse(schema, undefined).error?.issues[0]?.message;
    if (missing === undefined && text === undefined) continue; // it has a default
    const question = {
      text: (KEY_DESCRIPTIONS[`places.${key}`] ?? key).replace(/\.$/, ''),
      flag: `--places-${key}`,
      suggestion: undefined,
      expected: missing ?? 'another value',
      parse: (typed: string) => (z.safeParse(schema, typed).success ? typed : undefined),
    };
    found[key] = await answerTo(question, text, ask);
  }
  return found;
}

async function keyOf(
  { keyVariable, name }: ProviderDescriptor,
  environment: NodeJS.ProcessEnv,
  ask: Ask | undefined,
): Promise<string | undefined> {
  if (keyVariable === undefined) return undefined;
  const said = environment[keyVariable]?.trim() ?? '';
  const question = {
    text: `API key of ${name} (it is not shown)`,
    flag: keyVariable,
    suggestion: undefined,
    expected: API_KEY_EXPECTED,
    parse: (text: string) => (isApiKey(text) ? text : undefined),
  };
  if (isApiKey(said)) return said;
  if (ask !== undefined && said === '') return ask(question, true);
  const found =
    said === '' ? `set the variable ${keyVariable}` : `the variable ${keyVariable} has none`;
  throw new CliError('USAGE', [
    `${name} needs an API key: ${found}, expected ${question.expected}`,
  ]);
}

function accessQuestion(isAlone: boolean): Question<boolean> {
  return {
    text: 'Access by token, yes or no; without, whoever reaches a port may do everything',
    flag: '--access',
    suggestion: wordOf(!isAlone),
    expected: 'yes or no',
    parse: (text) => (/^y(es)?$/i.test(text) ? true : /^no?$/i.test(text) ? false : undefined),
  };
}

function wordOf(is: boolean): string {
  return is ? 'yes' : 'no';
}
