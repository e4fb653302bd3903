import { expect, test } from 'vitest';
import { ago, clockTime, fromEntry, readable, toEntry, utcTime } from './moments';

const AT = Date.UTC(2026, 10, 22, 20, 4, 7, 900);

test('UTC is UTC, wherever the page is looked at', () => {
  expect(utcTime(AT)).toBe('20:04:07');
});

test('the local time is that of the computer', () => {
  const there = new Date(2026, 10, 22, 9, 5, 3).getTime();
  expect(clockTime(there)).toBe('09:05:03');
  expect(readable(there)).toMatch(/^Sun 22 Nov, 09:05:03 \(\d\d:\d\d:03 UTC\)$/);
});

test('what was put into a field is what is read out of it, to the second', () => {
  expect(fromEntry(toEntry(AT))).toBe(AT - 900);
  expect(toEntry(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026-01-02T03:04:05');
});

test('a field may leave the seconds out', () => {
  expect(fromEntry('2026-01-02T03:04')).toBe(new Date(2026, 0, 2, 3, 4).getTime());
});

test.each(['', 'yesterday', '2026-99-99T00:00', '2026-01-02'])('%o is no moment', (entry) => {
  expect(fromEntry(entry)).toBeNull();
});

test.each([
  [-3000, 'now'],
  [4000, 'now'],
  [42_000, '42 s ago'],
  [12 * 60_000, '12 min ago'],
  [125 * 60_000, '2 h 05 min ago'],
  [50 * 3_600_000, '2 days ago'],
])('%d ms before the present is %s', (ms, words) => {
  expect(ago(ms)).toBe(words);
});
