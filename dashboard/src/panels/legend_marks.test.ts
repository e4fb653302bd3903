import { expect, test } from 'vitest';
import { marksOf } from './legend_marks';

function texts(low: number, high: number, factor: number): string[] {
  return marksOf(low, high, factor).map(({ text }) => text);
}

test('altitudes are marked in round thousands, of feet or of metres', () => {
  expect(texts(0, 45_000, 1)).toEqual(['0', '10k', '20k', '30k', '40k']);
  expect(texts(0, 45_000, 0.3048)).toEqual(['0', '5k', '10k']);
});

test('speeds are marked in hundreds', () => {
  expect(texts(0, 560, 1)).toEqual(['0', '200', '400']);
  expect(texts(0, 560, 1.852)).toEqual(['0', '500', '1k']);
});

test('a scale on both sides of 0 has a mark there, and a real minus', () => {
  const marks = marksOf(-3000, 3000, 1);
  expect(marks.map(({ text }) => text)).toEqual(['\u22122k', '0', '2k']);
  expect(marks[1]!.at).toBeCloseTo(0.5, 9);
});

test('a mark is where its value is on the scale', () => {
  expect(marksOf(0, 45_000, 1).at(-1)!.at).toBeCloseTo(40 / 45, 9);
});
