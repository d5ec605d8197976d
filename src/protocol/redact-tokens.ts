/** What stands where a token stood. */
export const REDACTED = 'ph_***';

/** A token or ticket, or enough of one to be a secret: one that was cut is nearly as good. */
const TOKEN_LIKE = /ph_[0-9a-f]{6,}|phx_\w{6,}/gi;

/** A text without what looks like a token: so a server logs it, and copies an invalid command where access is on. */
export function redactTokens(text: string): string {
  return text.replace(TOKEN_LIKE, REDACTED);
}
