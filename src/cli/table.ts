import { stripVTControlCharacters } from 'node:util';

/** Rows of cells as lines, each column as wide as its longest cell. Colours of a cell take no room. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)));
    return `${cells.join('  ').trimEnd()}\n`;
  };
  return rows.map(line).join('');
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
