/** What stands where a token stood. */
const REDACTED = 'ph_***';

/** A token or ticket, or enough of one to be a secret: one that was cut is nearly as good. */
const TOKEN_LIKE = /ph_[0-9a-f]{6,}|phx_\w{6,}/gi;

/** A token's place in a path, whatever stands there: `/in/APP/TOKEN`, `/share/TOKEN`. */
const IN_PATH = /(\/(?:in\/[^/?#]*|share)\/)[^/?#]+/gi;
/** A value of the query that is a secret by its name. */
const IN_QUERY = /([?&;](?:token|access_token|ticket|pass|password)=)[^&;#]*/gi;
/** What stands before the host's `@` is a user's name and password. */
const IN_AUTHORITY = /(\/\/)[^/?#@]*@/g;

/** A text without what looks like a token. */
export function redactTokens(text: string): string {
  return text.replace(TOKEN_LIKE, REDACTED);
}

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
