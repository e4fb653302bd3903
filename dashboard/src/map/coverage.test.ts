import { expect, test } from 'vitest';
import { distanceM } from '../sky/great_circle';
import { Coverage, SECTORS, toldOutline } from './coverage';

const HOME = { lat: 50, lon: 8 };

function ring(coverage: Coverage): GeoJSON.Position[] {
  return (coverage.outline()!.geometry as GeoJSON.Polygon).coordinates[0]!;
}

test('only the farthest position of a direction counts', () => {
  const coverage = new Coverage(HOME);
  expect(coverage.heard(52, 8)).toBe(true);
  expect(coverage.heard(51, 8)).toBe(false);
  expect(coverage.heard(53, 8)).toBe(true);
  expect(ring(coverage)[0]![1]).toBeCloseTo(53, 6);
});

test('one direction has nothing to do with another', () => {
  const coverage = new Coverage(HOME);
  coverage.heard(53, 8);
  expect(coverage.heard(49, 8)).toBe(true);
});

test('there is no outline before something was heard', () => {
  expect(new Coverage(HOME).outline()).toBeNull();
});

test('each sector is as long as its farthest position is away, the others end at home', () => {
  const coverage = new Coverage(HOME);
  coverage.heard(50, 12);
  const away = ring(coverage).map(([lon, lat]) => Math.round(distanceM(HOME, { lat: lat!, lon: lon! })));
  const far = Math.round(distanceM(HOME, { lat: 50, lon: 12 }));
  expect(away).toHaveLength(2 * SECTORS + 1);
  expect(away.filter((metres) => metres > 0)).toEqual([far, far]);
});

test('what is below the horizon was heard by somebody else', () => {
  const coverage = new Coverage(HOME);
  expect(coverage.heard(40.6, -73.8)).toBe(false);
  expect(coverage.heard(50, 20)).toBe(false);
  expect(coverage.heard(NaN, NaN)).toBe(false);
});

test('an outline over the antimeridian stays in one piece', () => {
  const coverage = new Coverage({ lat: 0, lon: 179 });
  coverage.heard(0, -178);
  coverage.heard(2, 179.1);
  coverage.heard(-2, 179.1);
  expect(Math.max(...ring(coverage).map(([lon]) => lon!))).toBeCloseTo(182, 2);
});

test('an outline the server tells is taken as a ring or as a polygon, and nothing else is', () => {
  const corners = [[8, 50], [9, 50], [9, 51]];
  expect((toldOutline(corners)!.geometry as GeoJSON.Polygon).coordinates[0]).toEqual([...corners, [8, 50]]);
  expect(toldOutline({ type: 'Polygon', coordinates: [corners] })).not.toBeNull();
  for (const bad of [undefined, null, 'x', 7, {}, [[1, 2]], [['a', 1], [2, 3], [4, 5]]]) expect(toldOutline(bad)).toBeNull();
});
