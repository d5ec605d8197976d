import { REDACTED, redactTokens } from '../protocol/redact-tokens.ts';

/** A token's place in a path, whatever stands there: `/in/APP/TOKEN`, `/share/TOKEN`. */
const IN_PATH = /(\/(?:in\/[^/?#]*|share)\/)[^/?#]+/gi;
/** A value of the query that is a secret by its name. */
const IN_QUERY = /([?&;](?:token|access_token|ticket|pass|password)=)[^&;#]*/gi;
/** What stands before the host's `@` is a user's name and password. */
const IN_AUTHORITY = /(\/\/)[^/?#@]*@/g;

/**
 * A URL as it may be logged: without tokens, those that are wrong or in another form among them, and without
 * passwords. Percent-encoded ones have to be where tokens belong to be recognised.
 */
export function redactUrl(url: string): string {
  const redacted = url
    .replace(IN_AUTHORITY, '$1***@')
    .replace(IN_PATH, `$1${REDACTED}`)
    .replace(IN_QUERY, `$1${REDACTED}`);
  return redactTokens(redacted);
}
