/** The bytes of a text of one character a byte; `undefined` where it has others. */
export function latin1(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : undefined;
}
