/*
 * A client ID is any bytes but white space. In JSON and, percent-encoded, in URLs it stands as one text:
 * its UTF-8 where it is that, which nearly all are; else `base64:` and its bytes in base64url. An ID that
 * begins with `base64:` itself stands in the second form too, so each ID has exactly one text.
 */

const PREFIX = 'base64:';
/** The bytes that end a field of the text protocol: space, tab, LF, VT, FF, CR. */
const WHITE_SPACE = /[ \t-\r]/;
/** As many as a line of the text protocol has room for. */
export const MAX_CLIENT_BYTES = 4000;

/** What a client ID looks like, for messages. */
export const CLIENT_EXPECTED = `a client ID: 1 to ${MAX_CLIENT_BYTES} bytes of UTF-8 without white space, or base64: and its bytes in base64url`;

/** The text of a client ID in JSON, whose bytes are the characters of `latin1`. */
export function formatClientId(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  const isText = !text.startsWith(PREFIX) && Buffer.from(text).equals(bytes);
  return isText ? text : `${PREFIX}${bytes.toString('base64url')}`;
}

/** The bytes of the client ID that a text in JSON means; `undefined` where it is none. */
export function parseClientId(text: string): Buffer | undefined {
  const isEncoded = text.startsWith(PREFIX);
  const bytes = isEncoded
    ? Buffer.from(text.slice(PREFIX.length), 'base64url')
    : Buffer.from(text, 'utf8');
  if (bytes.length === 0 || bytes.length > MAX_CLIENT_BYTES) return undefined;
  const latin1 = bytes.toString('latin1');
  // Lone surrogates, other alphabets of base64 and second forms of one ID come back as another text.
  return !WHITE_SPACE.test(latin1) && formatClientId(latin1) === text ? bytes : undefined;
}
