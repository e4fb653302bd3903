import { expect, test } from 'vitest';
import { Heat, levelAt } from './heat';

test('two flights in one cell are twice the heat of one', () => {
  const heat = new Heat();
  heat.add(0.5001, 0.3001, 10);
  heat.add(0.5001, 0.3001, 10);
  heat.add(0.7001, 0.3001, 5);
  expect(heat.size).toBe(2);
  const weights = heat.points(12).map(({ properties }) => properties!['w'] as number);
  expect(weights[0]).toBe(1);
  expect(weights[1]).toBeCloseTo(0.5, 6); // a quarter of it, under the root
});

test('a coarse grid puts neighbours together, in the middle of their cell', () => {
  const heat = new Heat();
  heat.add(0.51, 0.51, 1);
  heat.add(0.74, 0.74, 1);
  const [point, ...others] = heat.points(2);
  expect(others).toEqual([]);
  expect((point!.geometry as GeoJSON.Point).coordinates[0]).toBeCloseTo(45, 9);
});

test('half of the heat is gone after half an hour, and in the end all of it', () => {
  const heat = new Heat();
  heat.fade(0);
  heat.add(0.5, 0.5, 1);
  heat.fade(30 * 60_000);
  expect(heat.size).toBe(1);
  heat.fade(60 * 60_000);
  expect(heat.size).toBe(0);
});

test('more cells than there is room for: the least flown in go', () => {
  const heat = new Heat(100);
  for (let i = 0; i < 1000; i++) heat.add(i / 1000, 0.5, 1 + i);
  heat.fade(0);
  expect(heat.size).toBe(100);
  expect(heat.points(12).every(({ geometry }) => (geometry as GeoJSON.Point).coordinates[0]! > 140)).toBe(true);
});

test('a place that is not known, or beyond the map, heats nothing', () => {
  const heat = new Heat();
  heat.add(NaN, NaN, 10);
  heat.add(0.5, 1.2, 10);
  expect(heat.size).toBe(0);
});

test('x goes around the world', () => {
  const heat = new Heat();
  heat.add(1.25, 0.5, 1);
  heat.add(0.25, 0.5, 1);
  expect(heat.size).toBe(1);
});

test('cells grow finer with the zoom, up to the finest there are', () => {
  expect([0, 3.9, 6, 12].map(levelAt)).toEqual([6, 9, 12, 12]);
});
