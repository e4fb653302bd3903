import { expect, test } from 'vitest';
import { csv } from './csv';

const body = (...cells: Parameters<typeof csv>[1] extends Iterable<infer R> ? (R extends readonly (infer C)[] ? C[] : never) : never): string =>
  csv(['a'], [cells]).slice('a\r\n'.length);

test('a head and rows, each ended', () => {
  expect(csv(['id', 'altitude_ft'], [['x', 35000], ['y', null]])).toBe('id,altitude_ft\r\nx,35000\r\ny,\r\n');
});

test('commas, quotes and line ends stay within their cell', () => {
  expect(body('a,b', 'say "hi"', 'two\nlines')).toBe('"a,b","say ""hi""","two\nlines"\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('the text %j is no formula', (text) => {
  expect(body(text)).toBe(`'${text}\r\n`);
});

test('a formula that needs quotes has its apostrophe within them', () => {
  expect(body('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"\r\n');
});

test('a number below zero stays a number', () => {
  expect(body(-1856, true)).toBe('-1856,true\r\n');
});
