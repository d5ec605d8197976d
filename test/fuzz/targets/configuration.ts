import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig } from '#src/cli/config/check-config.js';
import { readSecretParts } from '#src/cli/config/secret-files.js';
import { parseYaml } from '#src/cli/config/parse-yaml.js';
import { warningsOf } from '#src/cli/config/warnings.js';
import { CliError } from '#src/cli/errors.js';
import type { Random } from '../../simulation/random.ts';
import { TestFolder } from '../../support/folder.ts';
import type { Target } from '../fuzz.ts';
import { hashOf } from '../mutate.ts';

/** Stands in every file that a configuration may name, and in the environment. */
const SECRET = 'hush-4f1d9b';
/** What secrets may look like: good ones, and each kind of bad one. */
const SECRET_FILES = {
  'good.key': `${SECRET}-long-enough-for-a-secret\n`,
  'short.key': SECRET,
  'two words.key': `${SECRET} and more`,
  'empty.key': '',
  'binary.key': `\xff\0${SECRET}\n\n${SECRET}`,
  'pem.key': `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`,
};
const ENVIRONMENTS = [
  { GOOGLE_MAPS_API_KEY: `${SECRET} in two words`, PROXY_HERD_SECRET: SECRET },
  { GOOGLE_MAPS_API_KEY: SECRET, PROXY_HERD_SECRET: `${SECRET}-long-enough-for-a-secret` },
  {},
];

const HERD = `herd: two-sites
servers:
  harbour: { clients: 127.0.0.1:21001, peers: 127.0.0.1:22001 }
  airport: { clients: 127.0.0.1:21002, peers: "[::1]:22002", gateway: localhost:23002 }
links:
  - [harbour, airport]
`;
const PARTS = [
  'places:\n  provider: google-legacy\n  url: http://127.0.0.1:42700\n  keyFile: good.key\n',
  'places: { provider: google-legacy, keyFile: two words.key }\n',
  'places: { provider: google-legacy }\n',
  'places: { provider: geonames, cache: { ttl: 5m, entries: 10000 } }\n',
  'secretFile: short.key\n',
  'secretFile: good.key\n',
  'secretFile: binary.key\n',
  'peerTls: { certFile: "{server}.pem", keyFile: pem.key, caFile: pem.key }\n',
  'peerTls: { certFile: pem.key, keyFile: pem.key, caFile: empty.key }\n',
  'clientTls: { certFile: pem.key, keyFile: pem.key }\n',
  'clientTls: { certFile: empty.key, keyFile: good.key }\n',
  'clientLimits:\n  connections: 100\n  idle: 1h\n  rate: { perSecond: 5, burst: 10 }\n',
  'framing: idle\nacknowledge: neighbours\nforget: 30d\nmaxClients: 5\nmaxMemory: 64MiB\n',
  'data: none\nlogs: none\n',
  'logs: &one logs\ndata: *one\n',
  'logs: *nothing\n',
  'secretFile: "no\\0file"\n',
];
const WORDS = [
  ...'herd servers links places framing acknowledge data logs forget none true null ~'.split(' '),
  ...'&a *a !!binary !!js/function !!set { } [ ] | > " # --- ... %YAML'.split(' '),
  ...'0x10 0o7 1e400 .nan .inf 2026-01-01 65536 127.0.0.1: short.key empty.key'.split(' '),
  ..."<<: |? |- |'|\t|\n|\r|  |\0|\xef\xbb\xbf|\xe2\x80\xa8".split('|'),
  ...'__proto__: |constructor: |toString: |[a, b]'.split('|'),
];

const PLACED = /^herd\.yaml:(\d+): \S/;

/** The reader of herd.yaml and of the files that it names. */
export class ConfigurationTarget implements Target, AsyncDisposable {
  readonly name = 'configuration';
  readonly kind = 'configuration';
  readonly words = WORDS;
  readonly lanes = 1;
  readonly #folder: TestFolder;

  private constructor(folder: TestFolder) {
    this.#folder = folder;
  }

  static async start(): Promise<ConfigurationTarget> {
    const folder = await TestFolder.make();
    for (const [name, text] of Object.entries(SECRET_FILES)) {
      writeFileSync(join(folder.path, name), text, 'latin1');
    }
    mkdirSync(join(folder.path, 'folder.key'));
    return new ConfigurationTarget(folder);
  }

  generate(random: Random): string {
    return HERD + PARTS.filter(() => random.chance(0.25)).join('');
  }

  async run(input: string): Promise<string> {
    const text = Buffer.from(input, 'latin1').toString(); // as it is read from a file
    try {
      const { source, value } = parseYaml('herd.yaml', text);
      const config = checkConfig({ source: { ...source, folder: this.#folder.path }, value });
      warningsOf(config);
      const environment = ENVIRONMENTS[hashOf(input) % ENVIRONMENTS.length] ?? {};
      for (const name of config.servers.keys()) await readSecretParts(config, environment, name);
      return 'a configuration';
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return checkMessage(error, text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** An error says where it is, and no secret. Returns what kinds of things it says. */
function checkMessage({ code, lines, message }: CliError, text: string): string {
  if (message.includes(SECRET) && !text.includes(SECRET)) {
    throw new Error(`a secret is shown: ${message}`);
  }
  if (code !== 'CONFIG') throw new Error(`the code is ${code}: ${message}`);
  const lineCount = text.split(/\r\n?|\n/).length;
  for (const line of lines) {
    const number = Number(PLACED.exec(line)?.[1]);
    if (!(number >= 1 && number <= lineCount)) throw new Error(`no such line: ${line}`);
  }
  return lines[0]?.replace(/\d+|"[^"]*"/g, '_').slice(0, 60) ?? '';
}
