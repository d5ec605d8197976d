/** Bright white on black, whatever the terminal's own colours are: a code that is the other way round is not read. */
const WHITE_ON_BLACK = '\x1b[40;97m';
const PLAIN = '\x1b[0m';
/** How many modules of white there are around a code: less than the four of ISO 18004, which is enough on a screen. */
const BORDER_MODULES = 2;

/**
 * A QR code of a text, for a terminal: two of its rows are one line.
 *
 * @param isColoured whether the terminal shows colours; without them its background has to be the darker one
 */
export async function codeText(text: string, isColoured: boolean): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: BORDER_MODULES }).split('\n');
  return isColoured
    ? lines.map((line) => `${WHITE_ON_BLACK}${line}${PLAIN}`).join('\n')
    : lines.join('\n');
}
