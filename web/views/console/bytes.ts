/* Bytes as a person can read each of them. */

/** A piece of what bytes read as. */
export interface ByteText {
  /** `escape`: it stands for a byte that cannot be seen, or is not ASCII. `end`: for a line end, and a line ends after it. */
  readonly kind: 'plain' | 'escape' | 'end';
  readonly text: string;
}

const LF = 0x0a;
const NAMED: Readonly<Record<number, string>> = { 0x09: '\\t', 0x0d: '\\r' };

/**
 * What bytes read as: ASCII as it is, any other byte by its number, so that nothing is hidden. A backslash that was sent is
 * plain, those of escapes are not.
 */
export function showBytes(bytes: Uint8Array): ByteText[] {
  const pieces: ByteText[] = [];
  let plain = '';
  const add = (kind: 'escape' | 'end', text: string): void => {
    if (plain !== '') pieces.push({ kind: 'plain', text: plain });
    plain = '';
    const last = pieces.at(-1);
    if (kind === 'escape' && last?.kind === 'escape') {
      pieces[pieces.length - 1] = { kind, text: last.text + text };
    } else pieces.push({ kind, text });
  };
  for (const byte of bytes) {
    if (byte === LF) add('end', '\\n');
    else if (NAMED[byte] !== undefined) add('escape', NAMED[byte]);
    else if (byte < 0x20 || byte > 0x7e) {
      add('escape', `\\x${byte.toString(16).padStart(2, '0')}`);
    } else plain += String.fromCharCode(byte);
  }
  if (plain !== '') pieces.push({ kind: 'plain', text: plain });
  return pieces;
}

/** One character a byte. */
export function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
