import { describe, expect, test } from 'vitest';
import { GROUND, altitudeColour } from './colours';
import { extended, readTrack, trackLines, type TrackPoint } from './track';

function point(seconds: number, lon: number, lat: number, altitude: number | null = 30_000): TrackPoint {
  return { at: seconds * 1000, lat, lon, altitude_ft: altitude, on_ground: false };
}

describe('reading', () => {
  test('puts positions in order of time and leaves out those without a place', () => {
    const answer = {
      flight: {},
      positions: [
        { time: '1970-01-01T00:00:20Z', lat: 50, lon: 8, altitude_ft: null, on_ground: true },
        { time: '1970-01-01T00:00:15Z', lat: null, lon: 8 },
        { time: '1970-01-01T00:00:10Z', lat: 0, lon: 0, altitude_ft: 0 },
      ],
    };
    expect(readTrack(answer)).toEqual([
      { at: 10_000, lat: 0, lon: 0, altitude_ft: 0, on_ground: false },
      { at: 20_000, lat: 50, lon: 8, altitude_ft: null, on_ground: true },
    ]);
  });

  test('refuses what has no list of positions', () => {
    expect(() => readTrack({ title: 'Not found' })).toThrow('The track came without a list of positions.');
  });
});

test('live positions go on where the history ends, and none comes twice', () => {
  const past = [point(10, 8, 50)];
  expect(extended(past, point(10, 8, 50))).toBe(past);
  expect(extended(past, point(20, 9, 50))).toHaveLength(2);
});

describe('lines', () => {
  test('one colour is one line', () => {
    const { features } = trackLines([point(0, 8, 50), point(10, 9, 50), point(20, 10, 50)]);
    expect(features.map((line) => line.geometry.coordinates)).toEqual([[[8, 50], [9, 50], [10, 50]]]);
    expect(features[0]?.properties?.['colour']).toBe(altitudeColour(30_000));
  });

  test('neighbours of different colours share their point', () => {
    const { features } = trackLines([point(0, 8, 50), point(10, 9, 50), point(20, 10, 50, 3000)]);
    expect(features.map((line) => line.geometry.coordinates)).toEqual([[[8, 50], [9, 50]], [[9, 50], [10, 50]]]);
  });

  test('on the ground has its own colour', () => {
    const taxi = { ...point(10, 8.01, 50, 0), on_ground: true };
    expect(trackLines([point(0, 8, 50, 0), taxi]).features[0]?.properties?.['colour']).toBe(GROUND);
  });

  test('a long silence is marked as a guess', () => {
    const { features } = trackLines([point(0, 8, 50), point(10, 9, 50), point(500, 20, 50)]);
    expect(features.map((line) => line.properties?.['gap'])).toEqual([false, true]);
  });

  test('run on across 180 degrees', () => {
    const { features } = trackLines([point(0, 179, 0), point(10, -179, 0), point(20, -178, 0), point(30, 179.5, 0)]);
    expect(features[0]?.geometry.coordinates).toEqual([[179, 0], [181, 0], [182, 0], [179.5, 0]]);
  });

  test('one point makes none', () => {
    expect(trackLines([point(0, 8, 50)]).features).toEqual([]);
  });
});
