import { describe, expect, test } from 'vitest';
import type { TrackPoint } from '../sky/track';
import {
  DASHED, SEGMENT_WORDS, SOLID, Segments, addStretch, altitudeWord, faint, packedColour, packedX, packedY, unsent,
} from './segments';

function point(seconds: number, lon: number, altitude_ft: number | null = 30_000): TrackPoint {
  return { at: seconds * 1000, lat: 0, lon, altitude_ft, ground_speed_kt: 450, on_ground: false };
}

function stretches(segments: Segments): number[][] {
  return Array.from({ length: segments.count }, (_, i) => [
    ...segments.words.slice(i * SEGMENT_WORDS, (i + 1) * SEGMENT_WORDS),
  ]);
}

test('a place is packed as a part of 2^32', () => {
  expect([packedX(0), packedX(-180), packedX(90), packedY(0)]).toEqual([2 ** 31, 0, 3 * 2 ** 30, 2 ** 31]);
});

test('a colour is packed as red, green, blue and how much is seen', () => {
  expect(packedColour('rgb(1 2 3)')).toBe(0xff030201);
  expect(faint(0xff030201, 0)).toBe(0x00030201);
});

test('an altitude that is not known, and the ground, have colours of their own', () => {
  const colours = [altitudeWord(null, false), altitudeWord(0, false), altitudeWord(0, true), altitudeWord(40_000, false)];
  expect(new Set(colours).size).toBe(4);
  expect(altitudeWord(NaN, false)).toBe(altitudeWord(null, false));
});

describe('keeping', () => {
  test('without a bound it grows', () => {
    const segments = new Segments();
    for (let i = 0; i < 1000; i++) segments.add(i, 0, 0, 0, 0, 0);
    expect(stretches(segments).map(([x]) => x)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test('with one the oldest make room', () => {
    const segments = new Segments(3);
    for (let i = 0; i < 5; i++) segments.add(i, 0, 0, 0, 0, 0);
    expect([segments.count, segments.written]).toEqual([3, 5]);
    expect(stretches(segments).map(([x]) => x).sort()).toEqual([2, 3, 4]);
  });
});

describe('stretches', () => {
  test('have the colours of their ends', () => {
    const segments = new Segments();
    addStretch(segments, point(0, 8, 0), point(10, 8.1));
    expect(stretches(segments)).toEqual([
      [packedX(8), 2 ** 31, packedX(8.1), 2 ** 31, altitudeWord(0, false), altitudeWord(30_000, false), SOLID],
    ]);
  });

  test('are dashed and faint over a long silence', () => {
    const segments = new Segments();
    addStretch(segments, point(0, 8), point(500, 9));
    const [stretch] = stretches(segments);
    expect(stretch?.[6]).toBe(DASHED);
    expect(stretch![4]! >>> 24).toBeLessThan(255);
  });

  test('that are long are cut in pieces that follow one another, across 180 degrees too', () => {
    const segments = new Segments();
    addStretch(segments, point(0, 177.1), point(10, -177.1));
    const pieces = stretches(segments);
    expect(pieces).toHaveLength(3);
    expect(pieces[0]?.[0]).toBe(packedX(177.1));
    expect(pieces[0]?.[2]).toBe(pieces[1]?.[0]);
    expect(pieces[1]?.[2]).toBe(pieces[2]?.[0]);
    expect(Math.abs(((pieces[2]![2]! - packedX(-177.1)) | 0))).toBeLessThan(4);
  });
});

describe('what the graphics card does not have yet', () => {
  function written(count: number, most = Infinity): Segments {
    const segments = new Segments(most);
    for (let i = 0; i < count; i++) segments.add(i, 0, i, 0, 0, 0);
    return segments;
  }
  const sentOf = ({ room, written: to, edition }: Segments) => ({ room, written: to, edition });

  test('is all at first, then what was added', () => {
    const segments = written(3);
    expect(unsent(segments, null)).toEqual([[0, 3]]);
    const sent = sentOf(segments);
    segments.add(9, 0, 9, 0, 0, 0);
    expect(unsent(segments, sent)).toEqual([[3, 1]]);
    expect(unsent(segments, sentOf(segments))).toEqual([]);
  });

  test('is all of what was written anew, though it is as long as before', () => {
    const segments = written(2);
    const sent = sentOf(segments);
    segments.clear();
    segments.add(7, 0, 7, 0, 0, 0);
    segments.add(8, 0, 8, 0, 0, 0);
    expect(unsent(segments, sent)).toEqual([[0, 2]]);
  });

  test('goes on at the front where the oldest made room', () => {
    const segments = written(4, 4);
    const sent = { ...sentOf(segments), written: 3 };
    segments.add(5, 0, 5, 0, 0, 0);
    expect(unsent(segments, sent)).toEqual([[3, 1], [0, 1]]);
  });

  test('is all once there is more room', () => {
    const segments = written(64);
    const sent = sentOf(segments);
    segments.add(9, 0, 9, 0, 0, 0);
    expect(unsent(segments, sent)).toEqual([[0, 65]]);
  });
});
