/** Rows of cells as lines, each column as wide as its longest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    return `${cells.join('  ').trimEnd()}\n`;
  };
  return rows.map(line).join('');
}
