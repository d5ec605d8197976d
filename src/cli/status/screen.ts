import { stripVTControlCharacters } from 'node:util';

/** The parts of a line: a character, which takes room, or a colour, which takes none. */
// oxlint-disable-next-line no-control-regex -- colours begin with it
const PARTS = /\x1b\[\d+m|[^\x1b]/gu;
const NO_COLOUR = '\x1b[0m';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const CLEAR = '\x1b[2J';

/** How much a terminal shows. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What clears a terminal before the first drawing. */
export const BLANK_SCREEN = CLEAR + HOME;

/** What draws a text over the one before, from the upper left. What there is no room for is left out. */
export function drawing(text: string, { columns, rows }: ScreenSize): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .slice(0, Math.max(1, rows - 1));
  return `${HOME}${lines.map((line) => `${cut(line, columns)}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`;
}

/** As much of a line as there is room for. */
function cut(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let text = '';
  let room = columns - 1;
  for (const [part] of line.matchAll(PARTS)) {
    if (part.length > 1 && part.startsWith('\x1b')) text += part;
    else if (room > 0) {
      text += part;
      room -= 1;
    }
  }
  const hasColour = text.includes('\x1b');
  return `${text}${hasColour ? NO_COLOUR : ''}…`;
}
