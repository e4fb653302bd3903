import { describe, expect, test } from 'vitest';
import { boxOf, globeZoom, skyBox, unseenError, watchedBox } from './viewport';

describe('the box to watch', () => {
  test('is the view and a margin', () => {
    expect(watchedBox([5, 45, 15, 55], 7, 1000, 800)).toEqual([3, 43, 17, 57]);
  });

  test('is the world while the corners of the screen see past the globe', () => {
    expect(watchedBox([-80, 0, 80, 80], 2.3, 1000, 800)).toBeNull();
  });

  test('is the world when the view goes all around it', () => {
    expect(watchedBox([-140, -60, 140, 60], 6, 1000, 800)).toBeNull();
  });

  test('may cross 180 degrees: west is then greater than east', () => {
    expect(watchedBox([175, -20, 185, -10], 7, 1000, 800)).toEqual([173, -22, -173, -8]);
  });

  test('ends at the poles', () => {
    expect(watchedBox([0, 80, 10, 89], 7, 1000, 800)).toEqual([-2, 78.2, 12, 90]);
  });

  test('is rounded outwards', () => {
    expect(watchedBox([0.001, 0.001, 0.009, 0.009], 12, 1000, 800)).toEqual([-0.01, -0.01, 0.02, 0.02]);
  });
});

test.each([
  [15, 0], [9, 0], [8.99, 76], [6, 76], [5.99, 611], [3, 611], [2.99, 4892], [0.5, 4892],
])('at zoom %f nobody sees an error of %f m: it is less than half a pixel', (zoom, metres) => {
  expect(unseenError(zoom)).toBe(metres);
  expect(metres).toBeLessThan(40_075_017 / (512 * 2 ** zoom) / 2);
});

describe('the box of a sky', () => {
  test('holds all flights with a place', () => {
    const places = [{ lat: 50, lon: 8 }, { lat: 48, lon: 11 }, { lat: NaN, lon: NaN }];
    expect(skyBox(places)).toEqual([8, 48, 11, 50]);
  });

  test('is none when they are all over the world', () => {
    expect(skyBox([{ lat: 50, lon: 8 }, { lat: 40, lon: -74 }])).toBeNull();
  });

  test('is none without flights', () => {
    expect(skyBox([])).toBeNull();
  });
});

test('the whole globe fits the smaller side of the screen', () => {
  expect(globeZoom(1440, 860, 0)).toBeCloseTo(Math.log2((2 * Math.PI * 520.3) / 512), 2);
  expect(globeZoom(390, 844, 0)).toBeLessThan(globeZoom(1440, 860, 0));
});

test('where the camera looks is known before there is a map', () => {
  expect(boxOf({ lat: 0, lon: 10, zoom: 6 }, 640, 420)).toEqual(watchedBox([6.484375, -2.3064, 13.515625, 2.3064], 6, 640, 420));
  expect(boxOf({ lat: 0, lon: 10, zoom: 1 }, 1280, 800)).toBeNull();
});
