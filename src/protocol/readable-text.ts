const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Text of one character a byte as it is to be read: UTF-8 decoded where it is that, else each byte
 * as the character of its number.
 */
export function readableText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}
