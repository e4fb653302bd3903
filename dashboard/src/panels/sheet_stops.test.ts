import { expect, test } from 'vitest';
import { beside, heightsOn, letGo, ordered } from './sheet_stops';

const heights = { peek: 158, half: 340, full: 640 };

test('let go gently, the sheet goes to the nearest stop', () => {
  expect(letGo(230, 0, heights)).toBe('peek');
  expect(letGo(270, 0, heights)).toBe('half');
  expect(letGo(600, 0.1, heights)).toBe('full');
});

test('flung, it goes on to the next stop', () => {
  expect(letGo(200, 0.8, heights)).toBe('half');
  expect(letGo(600, -0.8, heights)).toBe('half');
});

test('flung or pulled down below the lowest stop, it closes', () => {
  expect(letGo(140, -0.8, heights)).toBe(null);
  expect(letGo(60, 0, heights)).toBe(null);
  expect(letGo(120, 0, heights)).toBe('peek');
});

test('on a very low screen no stop is higher than there is room', () => {
  expect(heightsOn(200)).toEqual({ peek: 158, half: 200, full: 200 });
  expect(heightsOn(640)).toEqual({ peek: 158, half: 333, full: 640 });
});

test('a key steps up and down and stays at the ends', () => {
  expect(beside('half', true)).toBe('full');
  expect(beside('full', true)).toBe('full');
  expect(beside('peek', false)).toBe('peek');
});

test('the panel that opened last is in front, and the one behind it comes back when it closes', () => {
  expect(ordered([], ['table'])).toEqual(['table']);
  expect(ordered(['table'], ['details', 'table'])).toEqual(['details', 'table']);
  expect(ordered(['details', 'table'], ['table'])).toEqual(['table']);
});
