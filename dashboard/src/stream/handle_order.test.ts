import { expect, test } from 'vitest';
import { byHandle } from './handle_order';

/** Records of two words that begin with these handles, behind one word of something else. */
function records(handles: readonly number[]): Int32Array {
  return Int32Array.from([99, ...handles.flatMap((handle, i) => [handle | (7 << 24), i])]);
}

function told(handles: readonly number[]): number[] {
  const words = records(handles);
  return Array.from(byHandle(words, 1, words.length, 2), (at) => words[at]! & 0xffffff);
}

const MANY = Array.from({ length: 1000 }, (_, i) => ((i * 377) % 1000) + 1);
const SORTED = Array.from({ length: 1000 }, (_, i) => i + 1);

test('many records come in the order of their handles, however often', () => {
  expect(told(MANY)).toEqual(SORTED);
  expect(told(MANY.map((handle) => handle + 500))).toEqual(SORTED.map((handle) => handle + 500));
  expect(told(MANY)).toEqual(SORTED);
});

test('a few come as they are', () => {
  expect(told([3, 1, 2])).toEqual([3, 1, 2]);
  expect(told([])).toEqual([]);
});

test('those far apart come as they are, for handles may go up to a million', () => {
  const far = [...MANY, 0xfffff];
  expect(told(far)).toEqual(far);
});

test('with a handle that comes twice all come as they are, and the next message in order', () => {
  const twice = [...MANY, 5];
  expect(told(twice)).toEqual(twice);
  expect(told(MANY)).toEqual(SORTED);
});
