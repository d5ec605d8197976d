import { randomBytes } from 'node:crypto';

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
import { gatewaysOf, hasGateway } from '../../gateway-addresses.ts';
import { word } from '../../config/faults.ts';
import { loadConfig } from '../../config/load.ts';
import { print, printMessage } from '../../output.ts';

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
}

export interface ShareOptions extends TokenOptions {
  readonly group?: string;
  readonly expires: string;
  readonly name?: string;
}

/** What a new token may do. */
type Scopes = Pick<TokenRule, 'isShare' | 'report' | 'read' | 'groups' | 'operate'>;

/** Makes a token, and prints it: this once. */
export async function createOne(options: CreateOptions): Promise<void> {
  const { client, read, group, operate = false } = options;
  for (const text of client) requirePattern('--client', text);
  for (const text of read) requirePattern('--read', text);
  if (client.length + read.length + group.length === 0 && !operate) {
    throw usage('a token is for something: name it with --client, --read, --group or --operate');
  }
  const scopes: Scopes = { isShare: false, report: client, read, groups: group, operate };
  await make(scopes, options);
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
  const path = id === undefined ? `?group=${group}` : `/${encodeURIComponent(formatClientId(id))}`;
  await make(
    { isShare: true, report: [], read, groups, operate: false },
    options,
    `/v1/clients${path}`,
  );
}

/** @param shown the path, at every gateway, of what a share link shows */
async function make(
  scopes: Scopes,
  options: TokenOptions & { readonly expires?: string; readonly name?: string },
  shown?: string,
): Promise<void> {
  const nowMs = Date.now();
  const token = createToken(randomBytes(TOKEN_BYTES));
  const hash = hashToken(token);
  const { name = defaultTokenName(hash), expires } = options;
  requireName('--name', name);
  const expiresMs = expires === undefined ? undefined : wholeSecond(nowMs + readLife(expires));
  const config = await loadConfig(options.config);
  const path = requireAccessPath(config);
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
  const gateways = shown === undefined || !hasGateway(config) ? [] : gatewaysOf(config, undefined);
  const urls = gateways.map(({ baseUrl }) => `${baseUrl}${shown}`);
  for (const url of urls.slice(0, 1)) printMessage(`it shows ${url}`);
  const facts = { name, token, share, expires: timeOrNull(expiresMs), ...may };
  const all = shown === undefined ? facts : { ...facts, urls };
  await print(options.json === true ? jsonText(all) : `${token}\n`);
}

/** The scopes as they are in the file: what a token may not do is left out. */
function valuesOf({ isShare, report, read, groups, operate }: Scopes): Record<string, unknown> {
  return {
    ...(isShare ? { share: true } : {}),
    ...(report.length > 0 ? { report } : {}),
    ...(read.length > 0 ? { read } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(operate ? { operate } : {}),
  };
}

function timesOf(expiresMs: number | undefined): Record<string, unknown> {
  return expiresMs === undefined ? {} : { expires: timeText(expiresMs) };
}

/** Times are written to the second: a token is good for as long as was asked for, at least. */
function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
