import { expect, test } from 'vitest';
import { BadTerm, dangerOf, pattern } from './patterns';

test('stars and question marks stand for letters', () => {
  const matches = (value: string, text: string): boolean => pattern(value, 'whole')(text);
  expect([matches('A*', 'A388'), matches('*8', 'A388'), matches('A?88', 'A388'), matches('*', ''), matches('A**8', 'A8')]).toEqual([true, true, true, true, true]);
  expect([matches('A?', 'A'), matches('?', ''), matches('B*', 'A388'), matches('*9', 'A388')]).toEqual([false, false, false, false]);
});

test('a star that could go many ways is still quick', () => {
  const matches = pattern('*a'.repeat(30) + '*b', 'whole');
  const began = performance.now();
  for (let i = 0; i < 1000; i++) expect(matches('a'.repeat(24))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});

test.each(['^DLH\\d+$', '^(DLH|BAW|AFR)', 'a{2,3}', '[A-Z]{3}[0-9]{1,4}', '(?:LH|DL)H?', '^D-A[^B].*$', '\\(+', '[)(+*]+', '(?<airline>DLH)', '(?:(a|b)|(c|d))x', 'a|b|c|d|e|f|g'])(
  'the expression %s is allowed', (source) => expect(dangerOf(source)).toBeNull(),
);

test.each(['(a+)+', '(a|a)*', '((a+))*', '(.*)*$', '(a?b){20}', 'a*a*a*a*a*', 'a?a?a?a?a?a', '(a)\\1', '(?=a)b', '(?<!a)b', '(?<x>a)\\k<x>', 'a{101}', 'x(y(z+))?', '(a|b)(a|b)(a|b)(a|b)(a|b)', '((a{2})b)+'])(
  'the expression %s is refused', (source) => expect(dangerOf(source)).not.toBeNull(),
);

test('the worst that is allowed is quick on the longest text', () => {
  const matches = pattern('/.*.*.*.*x/', 'whole');
  const began = performance.now();
  for (let i = 0; i < 100; i++) matches('a'.repeat(24));
  expect(performance.now() - began).toBeLessThan(1000);
});

test('an expression that is none, is empty or is too long says so', () => {
  expect(() => pattern('/(/', 'whole')).toThrow(new BadTerm('/(/ is not a regular expression: unterminated group.'));
  expect(() => pattern('//', 'whole')).toThrow(/is empty/);
  expect(() => pattern(`/${'a'.repeat(101)}/`, 'whole')).toThrow('A regular expression has at most 100 characters.');
  expect(() => pattern('/(a+)+/', 'whole')).toThrow('/(a+)+/ could take too long: a group that repeats or chooses is itself repeated; repeat a single character or [class] instead.');
});
