import { beforeEach, describe, expect, test } from 'vitest';
import { Handles } from './handles';

let handles: Handles;

function name(handle: number, id: string, hash: number): string | null {
  const replaced = handles.bind(handle, id, null, 0);
  const held = handles.get(handle);
  if (held) handles.rehash(held, hash);
  return replaced;
}

beforeEach(() => {
  handles = new Handles();
  name(1, 'a', 5);
  name(2, 'b', -7);
});

test('the digest is the sum of all hashes, modulo 2^32', () => {
  expect([handles.size, handles.hash]).toEqual([2, 2 ** 32 - 2]);
  name(3, 'c', 3);
  expect(handles.hash).toBe(1);
});

test('a flight that changes counts with its new hash alone', () => {
  name(2, 'b', 1);
  expect([handles.size, handles.hash]).toEqual([2, 6]);
});

describe('a flight that is gone', () => {
  test('is told by its id, and counts no more', () => {
    expect(handles.drop(2)).toBe('b');
    expect([handles.size, handles.hash]).toEqual([1, 5]);
  });

  test('cannot go twice, nor one that never came', () => {
    handles.drop(2);
    expect([handles.drop(2), handles.drop(77)]).toEqual([null, null]);
  });
});

describe('binding', () => {
  test('a handle anew replaces the flight it named', () => {
    expect(name(1, 'c', 1)).toBe('a');
    expect([handles.get(1)?.id, handles.size, handles.hash]).toEqual(['c', 2, 2 ** 32 - 6]);
  });

  test('a handle to its own flight replaces nothing', () => {
    expect(name(1, 'a', 6)).toBeNull();
    expect([handles.size, handles.hash]).toEqual([2, 2 ** 32 - 1]);
  });

  test('a flight to another handle takes it from the first', () => {
    expect(name(9, 'a', 5)).toBeNull();
    expect([handles.get(1), handles.drop(1), handles.size]).toEqual([undefined, null, 2]);
    expect(handles.hash).toBe(2 ** 32 - 2);
  });
});

describe('a part that begins', () => {
  test('with since 0 forgets everything, but not what its own first part said', () => {
    handles.begin(0, true);
    expect([handles.size, handles.hash]).toEqual([0, 0]);
    name(3, 'c', 3);
    handles.begin(0, false);
    expect(handles.size).toBe(1);
    handles.begin(0, false);
    expect(handles.size).toBe(0);
  });

  test('with another since forgets nothing', () => {
    handles.begin(5, false);
    expect(handles.size).toBe(2);
  });
});

describe('a connection that breaks', () => {
  test('between two changes leaves all as it is', () => {
    handles.begin(5, false);
    expect([handles.breakOff(), handles.size]).toEqual([false, 2]);
  });

  test('between two parts leaves nothing to go on with', () => {
    handles.begin(5, true);
    expect([handles.breakOff(), handles.size]).toEqual([true, 0]);
    expect(handles.breakOff()).toBe(false);
  });
});
