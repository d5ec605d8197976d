/** What somebody shows to be let in. */
export interface Credentials {
  /** The `Authorization` header: `Bearer TOKEN`, or `Basic`, whose password is the token. */
  readonly authorization?: string | undefined;
  /** A token that stood in the path, the query, or after `AUTH`. It goes before the header. */
  readonly urlToken?: string | undefined;
}

/** Credentials that cannot be read. */
export const MALFORMED = Symbol('malformed');

const SCHEME = /^(\w+) +(\S+) *$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The token that somebody shows. One in the URL goes before the header: apps that carry it there send a user
 * name and a password of another meaning as well.
 *
 * @returns `undefined` where there is none
 */
export function readToken(credentials: Credentials): string | typeof MALFORMED | undefined {
  const { authorization, urlToken } = credentials;
  if (urlToken !== undefined) return urlToken;
  if (authorization === undefined || authorization.trim() === '') return undefined;
  const [, scheme = '', text = ''] = SCHEME.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return text;
    case 'basic':
      return readPassword(text);
    default:
      return MALFORMED;
  }
}

/** The password of `user:password` in base64 (RFC 7617); the user's name does not matter. */
function readPassword(text: string): string | typeof MALFORMED {
  if (!BASE64.test(text)) return MALFORMED;
  const pair = Buffer.from(text, 'base64').toString('latin1');
  const colon = pair.indexOf(':');
  return colon === -1 ? MALFORMED : pair.slice(colon + 1);
}
