import { describe, expect, test } from 'vitest';
import type { TrackPoint } from '../sky/track';
import { frameOf, momentOf, shapeOf, xOf } from './profile_shape';

function point(seconds: number, altitude_ft: number | null, ground_speed_kt: number | null = null): TrackPoint {
  return { at: seconds * 1000, lat: 0, lon: 0, altitude_ft, ground_speed_kt, on_ground: false };
}

const FRAME = { from: 0, to: 1_000_000, top_ft: 40_000, top_kt: 500, width: 100, height: 50 };

describe('the frame', () => {
  test('holds all tracks from the first moment to the last, with room above', () => {
    const frame = frameOf([[point(10, 30_000, 400), point(20, 20_000)], [point(5, 1000), point(15, 40_000)]], 100, 50);
    expect(frame).toMatchObject({ from: 5000, to: 20_000 });
    expect(frame!.top_ft).toBeGreaterThan(40_000);
    expect(frame!.top_kt).toBeGreaterThan(400);
  });

  test('needs two moments', () => {
    expect([frameOf([], 100, 50), frameOf([[point(1, 5)]], 100, 50)]).toEqual([null, null]);
  });

  test('goes from moments to places and back, no further than its edges', () => {
    expect(xOf(FRAME, 250_000)).toBe(25);
    expect([momentOf(FRAME, 25), momentOf(FRAME, -9), momentOf(FRAME, 200)]).toEqual([250_000, 0, 1_000_000]);
  });
});

describe('the shape', () => {
  test('draws altitude from the ground up', () => {
    const { altitude, area } = shapeOf([point(0, 0), point(100, 20_000), point(200, 40_000)], FRAME);
    expect(altitude).toBe('M0 50L10 25L20 0');
    expect(area).toBe('M0 50L0 50L10 25L20 0L20 50Z');
  });

  test('breaks where nothing was heard, and says where', () => {
    const { altitude, gaps } = shapeOf([point(0, 0), point(100, 20_000), point(400, 20_000), point(500, 0)], FRAME);
    expect(altitude).toBe('M0 50L10 25M40 25L50 50');
    expect(gaps).toBe('M10 25L40 25');
  });

  test('leaves out values that are not known', () => {
    const { altitude, speed } = shapeOf([point(0, 0), point(50, null, 250), point(100, 20_000, 500)], FRAME);
    expect([altitude, speed]).toEqual(['M0 50L10 25', 'M5 25L10 0']);
  });

  test('draws many points on one pixel as one', () => {
    const points = Array.from({ length: 1000 }, (_, i) => point(i / 100, 20_000));
    expect(shapeOf(points, FRAME).altitude.split('L').length).toBeLessThan(4);
  });
});
