import { describe, expect, test } from 'vitest';
import { centred, copiesOf, project, type Shot } from './aircraft_projection';

// 1 world is 1000 pixels; clip space is 2 wide and up
const FLAT = [2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const shot: Shot = { width: 1000, height: 1000, x: 0.5, y: 0.5, flat: FLAT, copies: 0, globe: null };
const out = { x: 0, y: 0 };

describe('on a flat map', () => {
  test('the middle of the world is in the middle of the screen', () => {
    expect(project(shot, 0.5, 0.5, 0, out)).toBe(true);
    expect(out).toEqual({ x: 500, y: 500 });
  });

  test('east is right and south is down', () => {
    project(shot, 0.6, 0.7, 0, out);
    expect(out.x).toBeCloseTo(600, 9);
    expect(out.y).toBeCloseTo(700, 9);
  });

  test('a place is where it is nearest to the middle, whichever copy of the world that is', () => {
    project({ ...shot, x: 0.99 }, 0.01, 0.5, 0, out);
    expect(out.x).toBeCloseTo(520, 9);
  });

  test('another copy of the world is one world away', () => {
    project(shot, 0.5, 0.5, 1, out);
    expect(out.x).toBeCloseTo(1500, 9);
  });

  test('what is behind the camera cannot be seen', () => {
    const behind = [...FLAT];
    behind[15] = -1;
    expect(project({ ...shot, flat: behind }, 0.5, 0.5, 0, out)).toBe(false);
  });
});

describe('on the globe', () => {
  // seen along the z axis from longitude 0; all before z = 0.2 is in sight
  const globe = { matrix: IDENTITY, plane: [0, 0, 1, -0.2], share: 1 };

  test('longitude 0 on the equator is in the middle', () => {
    expect(project({ ...shot, globe }, 0.5, 0.5, 0, out)).toBe(true);
    expect(out.x).toBeCloseTo(500, 6);
    expect(out.y).toBeCloseTo(500, 6);
  });

  test('30 degrees east are half a radius to the right', () => {
    project({ ...shot, globe }, 0.5 + 30 / 360, 0.5, 0, out);
    expect(out.x).toBeCloseTo(750, 3);
  });

  test.each([[50.123, 8.456], [-33.3, 61.7], [79.9, -10]])('%d, %d is where spherical trigonometry has it', (lat, lon) => {
    const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
    project({ ...shot, globe: { ...globe, plane: [0, 0, 0, 1] } }, 0.5 + lon / 360, y, 0, out);
    const [east, north] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
    expect(out.x / 500 - 1).toBeCloseTo(Math.sin(east) * Math.cos(north), 6);
    expect(1 - out.y / 500).toBeCloseTo(Math.sin(north), 6);
  });

  test('north is up', () => {
    project({ ...shot, globe }, 0.5, 0.4, 0, out);
    expect(out.y).toBeLessThan(450);
  });

  test('what is behind it cannot be seen', () => {
    expect(project({ ...shot, globe }, 0, 0.5, 0, out)).toBe(false);
    expect(project({ ...shot, globe }, 0.5 + 85 / 360, 0.5, 0, out)).toBe(false);
  });

  test('half way to the flat map a place is half way between', () => {
    project({ ...shot, globe: { ...globe, share: 0.5 } }, 0.5 + 30 / 360, 0.5, 0, out);
    expect(out.x).toBeCloseTo((750 + 500 + 1000 * (30 / 360)) / 2, 3);
  });
});

test('a moved origin changes no place', () => {
  const moved = centred([2, 0, 0, 0.5, 0, -2, 0, 0, 0, 0, 1, 0, -1, 1, 0, 1], 0.25, 0.75);
  expect(moved.slice(12)).toEqual([-0.5, -0.5, 0, 1.125]);
});

test.each([
  [400, 300, 1, 0, 0], [1280, 800, 0.5, 0, 1], [1280, 800, 4, 60, 0], [3840, 1000, 0.5, 0, 3],
])('a map of %d by %d pixels at zoom %f and pitch %d shows %d more worlds to a side', (width, height, zoom, pitch, copies) => {
  expect(copiesOf(width, height, zoom, pitch)).toBe(copies);
});
