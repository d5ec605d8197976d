/* Patterns of client IDs, as groups have them: the same as those of `proxy-herd group set`. */

/** A byte by its number, a star or a backslash, any other byte. */
const STEP = /\\x([0-9A-Fa-f]{2})|\\([*\\])|([^\\])/gs;

/** What has to be in an ID in this order, of one character a byte: between any two there may be anything. */
export type ClientPattern = readonly string[];

/** Reads a pattern, in which `*` matches any characters. */
export function parsePattern(text: string): ClientPattern {
  const pieces = [''];
  for (const [, hex, escaped, plain] of bytesOf(text).matchAll(STEP)) {
    if (plain === '*') pieces.push('');
    else {
      const byte = hex === undefined ? (escaped ?? plain) : String.fromCharCode(parseInt(hex, 16));
      pieces.push(`${pieces.pop() ?? ''}${byte}`);
    }
  }
  return pieces;
}

/** Whether a pattern covers a client. Each piece is looked for from where the one before it ended. */
export function coversClient(pattern: ClientPattern, client: string): boolean {
  const id = bytesOfClient(client);
  const [first = '', ...others] = pattern;
  const last = others.pop();
  if (last === undefined) return id === first;
  if (!id.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = id.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return id.length - last.length >= at && id.endsWith(last);
}

/** The bytes of an ID as the API writes it, of one character a byte: its UTF-8, or `base64:` and the bytes in base64url. */
function bytesOfClient(client: string): string {
  if (!client.startsWith('base64:')) return bytesOf(client);
  return atob(client.slice('base64:'.length).replaceAll('-', '+').replaceAll('_', '/'));
}

function bytesOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
