import { describe, expect, test } from 'vitest';
import { countUntil, isGap, pointNear, readTrack, type TrackPoint } from './track';

function point(seconds: number): TrackPoint {
  return { at: seconds * 1000, lat: 50, lon: 8, altitude_ft: 30_000, ground_speed_kt: 450, on_ground: false };
}

describe('reading', () => {
  test('puts positions in order of time and leaves out those without a place', () => {
    const answer = {
      flight: {},
      positions: [
        { time: '1970-01-01T00:00:20Z', lat: 50, lon: 8, altitude_ft: null, ground_speed_kt: 12, on_ground: true },
        { time: '1970-01-01T00:00:15Z', lat: null, lon: 8 },
        { time: '1970-01-01T00:00:10Z', lat: 0, lon: 0, altitude_ft: 0 },
      ],
    };
    expect(readTrack(answer)).toEqual([
      { at: 10_000, lat: 0, lon: 0, altitude_ft: 0, ground_speed_kt: null, on_ground: false },
      { at: 20_000, lat: 50, lon: 8, altitude_ft: null, ground_speed_kt: 12, on_ground: true },
    ]);
  });

  test('refuses what has no list of positions', () => {
    expect(() => readTrack({ title: 'Not found' })).toThrow('The track came without a list of positions.');
  });
});

test('two minutes without a position are no gap yet, a little more is', () => {
  expect([isGap(point(0), point(120)), isGap(point(0), point(121))]).toEqual([false, true]);
});

describe('looking up a moment', () => {
  const points = [point(0), point(10), point(20)];

  test('counts what lies at or before it', () => {
    expect([-1, 0, 9, 10, 99].map((second) => countUntil(points, second * 1000))).toEqual([0, 1, 1, 2, 3]);
  });

  test('finds the nearest point, at the ends too', () => {
    expect([-50, 4, 6, 99].map((second) => pointNear(points, second * 1000)?.at)).toEqual([0, 0, 10_000, 20_000]);
    expect(pointNear([], 5)).toBeNull();
  });
});
