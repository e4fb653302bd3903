import { expect, test } from 'vitest';
import { distanceM } from '../sky/great_circle';
import { rangeRings } from './ranges';

const HOME = { lat: 51.5, lon: 0 };

function texts(units: 'aviation' | 'metric'): string[] {
  return rangeRings(HOME, units).flatMap(({ properties }) => (properties?.['text'] ? [properties['text'] as string] : []));
}

test('rings are named in the unit of distance', () => {
  expect(texts('aviation')).toEqual(['50 NM', '100 NM', '150 NM', '200 NM', '250 NM']);
  expect(texts('metric')[0]).toBe('50 km');
});

test('the outermost ring is 250 nautical miles away', () => {
  const ring = rangeRings(HOME, 'aviation').filter(({ geometry }) => geometry.type === 'LineString').at(-1)!;
  const [lon, lat] = (ring.geometry as GeoJSON.LineString).coordinates[30]!;
  expect(distanceM(HOME, { lat: lat!, lon: lon! })).toBeCloseTo(250 * 1852, 1);
});
