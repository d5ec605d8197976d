import { redactTokens } from '../protocol/redact-tokens.ts';

/** What has to be in text that is not to be logged as it is; of a token, in any case, a part that is quick to find. */
const SIGNS = ['AUTH', 'h_', 'H_'].map((text) => Buffer.from(text));
/** An `AUTH` and what follows it in its line, as a command or as the copy of one in a reply. */
const AUTH_LINE = /^((?:\? )?[ \t\r\f\v]*AUTH)[ \t\r\f\v][^\n]*/gm;

/**
 * Commands or replies as they may be logged: without what follows an `AUTH`, whatever it is, and without tokens
 * that stand anywhere else. Where there is neither, these are the same bytes.
 */
export function redactTraffic(bytes: Buffer): Buffer {
  if (!SIGNS.some((sign) => bytes.includes(sign))) return bytes;
  const text = bytes.toString('latin1').replace(AUTH_LINE, '$1 ***');
  return Buffer.from(redactTokens(text), 'latin1');
}
