import type { AppRequest } from '../app.ts';
import { textOf } from '../values.ts';

/**
 * Whose phone it is: what the URL of a set-up without a token says; else as user and device where both are known. A phone on which nothing is set says `user` and `device`,
 * as do all others of that kind: a token for each tells them apart.
 */
export function deviceOf(
  { headers, query }: AppRequest,
  message: Readonly<Record<string, unknown>>,
): string | undefined {
  const id = textOf(query.get('id'));
  if (id !== undefined) return id;
  const user = basicUser(headers.authorization) ?? headerOf(headers['x-limit-u']);
  const device = headerOf(headers['x-limit-d']);
  if (user !== undefined) return join(user, device);
  const queryUser = textOf(query.get('u'));
  if (queryUser !== undefined) return join(queryUser, textOf(query.get('d')));
  const [, topicUser, topicDevice] = textOf(message['topic'])?.split('/') ?? [];
  if (topicUser !== undefined) return join(topicUser, topicDevice);
  return textOf(message['tid']);
}

function join(user: string, device: string | undefined): string {
  return device === undefined ? user : `${user}/${device}`;
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return textOf(Array.isArray(value) ? value[0] : value);
}

/** The user's name of Basic authentication (RFC 7617). */
function basicUser(authorization: string | undefined): string | undefined {
  const [, base64] = /^basic +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (base64 === undefined) return undefined;
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  return textOf(pair.slice(0, Math.max(0, pair.indexOf(':'))));
}
