import { stripVTControlCharacters } from 'node:util';

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

/** A line that is too long loses its colours with its end. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
