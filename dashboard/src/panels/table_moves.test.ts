import { expect, test } from 'vitest';
import { moved, poolOf, scrolledTo, windowOf } from './table_moves';

const EXTENT = { rows: 100, columns: 4, page: 20 };
const from = (row: number, column: number, key: string, far = false): unknown => {
  const spot = moved(key, far, { row, column }, EXTENT);
  return spot && [spot.row, spot.column];
};

test('arrows go one cell and stop at the edges', () => {
  expect([from(5, 1, 'ArrowDown'), from(5, 1, 'ArrowUp'), from(5, 1, 'ArrowLeft'), from(5, 1, 'ArrowRight')]).toEqual([[6, 1], [4, 1], [5, 0], [5, 2]]);
  expect([from(99, 3, 'ArrowDown'), from(99, 3, 'ArrowRight'), from(-1, 0, 'ArrowUp'), from(-1, 0, 'ArrowLeft')]).toEqual([[99, 3], [99, 3], [-1, 0], [-1, 0]]);
});

test('the head is above the first row', () => {
  expect([from(0, 2, 'ArrowUp'), from(-1, 2, 'ArrowDown')]).toEqual([[-1, 2], [0, 2]]);
});

test('pages go as many rows as fit, never into the head', () => {
  expect([from(5, 1, 'PageDown'), from(5, 1, 'PageUp'), from(95, 1, 'PageDown'), from(-1, 1, 'PageDown')]).toEqual([[25, 1], [0, 1], [99, 1], [20, 1]]);
});

test('Home and End go along the row, with Control to the first and last flight', () => {
  expect([from(5, 2, 'Home'), from(5, 2, 'End'), from(5, 2, 'Home', true), from(5, 2, 'End', true)]).toEqual([[5, 0], [5, 3], [0, 0], [99, 3]]);
});

test('Control takes an arrow to the edge', () => {
  expect([from(5, 1, 'ArrowDown', true), from(5, 1, 'ArrowUp', true), from(5, 1, 'ArrowRight', true), from(5, 1, 'ArrowLeft', true)]).toEqual([[99, 1], [0, 1], [5, 3], [5, 0]]);
});

test('other keys do not move', () => {
  expect([from(5, 1, 'f'), from(5, 1, 'Enter')]).toEqual([null, null]);
});

test('an empty table has its head only', () => {
  expect(moved('ArrowDown', false, { row: -1, column: 0 }, { rows: 0, columns: 2, page: 10 })).toEqual({ row: -1, column: 0 });
});

test('rows that are seen are drawn, and three beyond on each side', () => {
  expect(windowOf(3000, 600, 30, 1000)).toEqual({ first: 97, end: 123 });
  expect(windowOf(0, 600, 30, 1000)).toEqual({ first: 0, end: 23 });
  expect(windowOf(0, 600, 30, 5)).toEqual({ first: 0, end: 5 });
  expect(windowOf(9000, 600, 30, 5)).toEqual({ first: 5, end: 5 });
});

test('the pool holds every window, wherever it is scrolled to', () => {
  for (let top = 0; top < 3000; top += 7) {
    const { first, end } = windowOf(top, 601, 30, 1000);
    expect(end - first).toBeLessThanOrEqual(poolOf(601, 30));
  }
});

test('it scrolls as little as shows the row whole', () => {
  expect(scrolledTo(2, 300, 600, 30)).toBe(60);
  expect(scrolledTo(12, 300, 600, 30)).toBe(300);
  expect(scrolledTo(29, 300, 600, 30)).toBe(300);
  expect(scrolledTo(30, 300, 600, 30)).toBe(330);
});
