/** Where the keyboard goes in the table, and which rows are drawn. Pure: rows from 0, -1 is the head. */

export interface Spot {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit on the screen. */
  readonly page: number;
}

/** Where a key leads from a cell, as in any grid; null if the key is not for moving. */
export function moved(key: string, far: boolean, { row, column }: Spot, { rows, columns, page }: Extent): Spot | null {
  const last = { row: rows - 1, column: columns - 1 };
  const to = (row: number, column: number): Spot => ({
    row: Math.max(-1, Math.min(last.row, row)),
    column: Math.max(0, Math.min(last.column, column)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(far ? last.row : row + 1, column);
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column);
    case 'ArrowRight':
      return to(row, far ? last.column : column + 1);
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1);
    case 'PageDown':
      return to(Math.max(0, row) + page, column);
    case 'PageUp':
      return to(Math.max(0, row - page), column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? last.row : row, last.column);
    default:
      return null;
  }
}

const BEYOND = 3; // rows drawn above and below what is seen, so that a quick scroll shows no gap

/** The rows to draw, from `first` up to and without `end`. */
export function windowOf(scrollTop: number, height: number, rowHeight: number, rows: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - BEYOND);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + BEYOND);
  return { first: Math.min(first, end), end };
}

/** The most rows that are ever drawn at once: as many nodes are enough. */
export function poolOf(height: number, rowHeight: number): number {
  return Math.ceil(height / rowHeight) + 1 + 2 * BEYOND;
}

/** How far to scroll so that a row is seen whole: not at all if it is. */
export function scrolledTo(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
