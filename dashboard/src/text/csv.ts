/** Tables as a spreadsheet reads them: RFC 4180, and no cell that came from the radio is a formula. */

export type Cell = string | number | boolean | null;

/** Each line ends with CR LF; what is not known is empty. */
export function csv(heads: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [line(heads)];
  for (const row of rows) lines.push(line(row));
  return lines.join('');
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell; // an apostrophe makes a text of it
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
