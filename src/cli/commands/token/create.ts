import { randomBytes } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';

import { visit } from 'yaml';

import type { TokenRule } from '../../../access/rules.ts';
import { createToken, defaultTokenName, hashToken, TOKEN_BYTES } from '../../../access/token.ts';
import { HASH_PREFIX } from '../../access/access-schema.ts';
import {
  readLife,
  requireAccessPath,
  requireGroup,
  requireName,
  requirePattern,
  usage,
} from '../../access/arguments.ts';
import { jsonText, scopesOf, timeOrNull, timeText } from '../../access/describe.ts';
import { editAccessFile } from '../../access/edit-access-file.ts';
import { formatClientId } from '../../../protocol/client-id.ts';
import { reachableUrls } from '../../gateway-addresses.ts';
import { word } from '../../config/faults.ts';
import type { HerdConfig } from '../../config/herd-config.ts';
import { loadConfig } from '../../config/load.ts';
import { print, printMessage } from '../../output.ts';
import { readPassphrase } from '../../access/read-passphrase.ts';
import { printSetUp, readPhone } from './set-up-phone.ts';

/** Options of all these commands. */
export interface TokenOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export interface CreateOptions extends TokenOptions {
  readonly client: readonly string[];
  readonly read: readonly string[];
  readonly group: readonly string[];
  readonly operate?: boolean;
  readonly expires?: string;
  readonly name?: string;
  readonly app?: string;
  readonly qr?: boolean;
  readonly url?: string;
  readonly waypoints?: boolean;
  readonly passphraseFile?: string;
}

export interface ShareOptions extends TokenOptions {
  readonly group?: string;
  readonly expires: string;
  readonly name?: string;
  readonly link?: boolean;
}

/** What a new token may do. */
type Scopes = Pick<
  TokenRule,
  'isShare' | 'report' | 'read' | 'groups' | 'operate' | 'waypoints' | 'passphraseFile'
>;

/** A token that was made. */
interface Made {
  readonly token: string;
  /** What its phone encrypts with, where it does. */
  readonly passphrase: string | undefined;
  /** All facts about it, with the token. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Makes a token, and prints it, or how to set up a phone with it: this once. */
export async function createOne(options: CreateOptions): Promise<void> {
  const { client, read, group, operate = false, waypoints = false } = options;
  for (const text of client) requirePattern('--client', text);
  for (const text of read) requirePattern('--read', text);
  if (client.length + read.length + group.length === 0 && !operate) {
    throw usage('a token is for something: name it with --client, --read, --group or --operate');
  }
  const config = await loadConfig(options.config);
  const phone = readPhone(options, config);
  const passphraseFile = passphraseIn(options, config);
  const may = { report: client, read, groups: group, operate, waypoints, passphraseFile };
  const scopes: Scopes = { isShare: false, ...may };
  const { token, passphrase, facts } = await make(scopes, config, options);
  if (phone !== undefined) await printSetUp({ ...phone, token, passphrase }, facts, options);
  else await print(options.json === true ? jsonText(facts) : `${token}\n`);
}

/** Makes a share link's token, and prints it: this once. */
export async function share(client: string | undefined, options: ShareOptions): Promise<void> {
  const { group } = options;
  if ((client === undefined) === (group === undefined)) {
    throw usage('a share link shows one client or one group: name one of the two');
  }
  const id = client === undefined ? undefined : requirePattern('the client', client);
  if (client !== undefined && id === undefined) {
    throw usage(`found ${word(client)}, expected one client; for several make a group`);
  }
  const read = client === undefined ? [] : [client];
  const groups = group === undefined ? [] : [group];
  const item = id === undefined ? '' : `/${encodeURIComponent(formatClientId(id))}`;
  const config = await loadConfig(options.config);
  const reachable = reachableUrls(config);
  if (options.link === true && reachable.length === 0) {
    throw usage('no server has a gateway that a link could lead to: see the key gateway');
  }
  const nothing = { report: [], operate: false, waypoints: false, passphraseFile: undefined };
  const scopes: Scopes = { isShare: true, read, groups, ...nothing };
  const { token, facts } = await make(scopes, config, options);
  const urls = reachable.map((url) => {
    return `${url}/v1/clients${id === undefined ? `?group=${group}` : item}`;
  });
  // Behind the #, which browsers send to no server.
  const [link = null] = reachable.map((url) => `${url}/#/map${item}?token=${token}`);
  for (const url of urls.slice(0, 1)) printMessage(`it shows ${url}`);
  if (options.json === true) return print(jsonText({ ...facts, urls, link }));
  await print(`${options.link === true ? link : token}\n`);
}

/** The path of the passphrase's file as the access file has it: from its own folder. */
function passphraseIn({ passphraseFile }: CreateOptions, config: HerdConfig): string | undefined {
  if (passphraseFile === undefined) return undefined;
  return relative(dirname(requireAccessPath(config).path), resolve(passphraseFile));
}

async function make(
  scopes: Scopes,
  config: HerdConfig,
  options: TokenOptions & { readonly expires?: string; readonly name?: string },
): Promise<Made> {
  const nowMs = Date.now();
  const token = createToken(randomBytes(TOKEN_BYTES));
  const hash = hashToken(token);
  const { name = defaultTokenName(hash), expires } = options;
  requireName('--name', name);
  const expiresMs = expires === undefined ? undefined : wholeSecond(nowMs + readLife(expires));
  const path = requireAccessPath(config);
  const passphrase = await readPassphrase({ name, ...scopes }, path); // so that no server will refuse the token
  await editAccessFile(path, nowMs, (document, rules) => {
    if (rules.tokens.some((rule) => rule.name === name)) {
      throw usage(`there is a token ${word(name)} already: choose another --name`);
    }
    for (const group of scopes.groups) requireGroup(group, rules);
    const values = { hash: HASH_PREFIX + hash, created: timeText(nowMs), ...timesOf(expiresMs) };
    const entry = document.createNode({ ...values, ...valuesOf(scopes) });
    visit(entry, { Seq: (_, list) => void (list.flow = true) });
    document.setIn(['tokens', name], entry);
  });
  const until = expiresMs === undefined ? '' : `; it expires at ${timeText(expiresMs)}`;
  printMessage(`${name} may ${scopesOf(scopes)}${until}`);
  printMessage('this is the only time that the token is shown: keep it');
  const { isShare: share, ...may } = scopes;
  const facts = { name, token, share, expires: timeOrNull(expiresMs), ...may };
  return { token, passphrase, facts };
}

/** The scopes as they are in the file: what a token may not do is left out. */
function valuesOf(scopes: Scopes): Record<string, unknown> {
  const { isShare, report, read, groups, operate, waypoints, passphraseFile } = scopes;
  return {
    ...(isShare ? { share: true } : {}),
    ...(report.length > 0 ? { report } : {}),
    ...(read.length > 0 ? { read } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(operate ? { operate } : {}),
    ...(waypoints ? { waypoints } : {}),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
  };
}

function timesOf(expiresMs: number | undefined): Record<string, unknown> {
  return expiresMs === undefined ? {} : { expires: timeText(expiresMs) };
}

/** Times are written to the second: a token is good for as long as was asked for, at least. */
function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
