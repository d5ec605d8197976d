/** The most bytes of a pattern: a client's ID is not longer, since it has to fit in a command. */
const MAX_PATTERN_BYTES = 4096;

/** What a pattern of clients looks like, for messages. */
export const PATTERN_EXPECTED =
  'the ID of a client, in which * stands for any characters and \\*, \\\\ or \\xHH for one';

/** Matches any number of bytes; in the text of a pattern, only without a `\` before it. */
const STAR = '*';
const WHITE = /[\t-\r ]/;
/** A byte by its number, a star or a backslash, any other byte. */
const STEP = /\\x([0-9A-Fa-f]{2})|\\([*\\])|([^\\])/y;

/** One client, or those whose IDs are alike. */
export interface ClientPattern {
  /** The pattern as it is written. */
  readonly text: string;
  /** The one client that it covers, of one character a byte; `undefined` where it has a `*`. */
  readonly client: string | undefined;
  /** What has to be in an ID in this order, of one character a byte: between any two there may be anything. */
  readonly pieces: readonly string[];
}

/**
 * Reads a pattern. An ID is bytes: the text stands for its UTF-8, `\xHH` for a byte that is none.
 *
 * @returns `undefined` if no client could have such an ID, or a backslash escapes nothing
 */
export function parsePattern(text: string): ClientPattern | undefined {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  if (bytes === '' || bytes.length > MAX_PATTERN_BYTES) return undefined;
  const pieces = [''];
  for (STEP.lastIndex = 0; STEP.lastIndex < bytes.length;) {
    const [, hex, escaped, plain] = STEP.exec(bytes) ?? [];
    const byte = hex === undefined ? (escaped ?? plain) : String.fromCharCode(parseInt(hex, 16));
    if (byte === undefined || WHITE.test(byte)) return undefined;
    if (plain === STAR) pieces.push('');
    else pieces.push(`${pieces.pop()}${byte}`);
  }
  return { text, client: pieces.length === 1 ? pieces[0] : undefined, pieces };
}

/** Whether a pattern covers every client. */
export function coversAll({ pieces }: ClientPattern): boolean {
  return pieces.length > 1 && pieces.every((piece) => piece === '');
}

/**
 * Whether a pattern covers a client. Each piece is looked for from where the one before it ended: the first
 * place is as good as any later one.
 *
 * @param client its ID, of one character a byte
 */
export function coversClient({ pieces, client: only }: ClientPattern, client: string): boolean {
  if (only !== undefined) return client === only;
  const [first = '', ...others] = pieces;
  const last = others.pop() ?? '';
  if (!client.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = client.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return client.length - last.length >= at && client.endsWith(last);
}
