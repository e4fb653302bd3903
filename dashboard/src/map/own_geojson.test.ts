import { expect, test } from 'vitest';
import { NotShown, boundsOf, readGeoJson } from './own_geojson';

const POINT = { type: 'Point', coordinates: [8.5, 50] };

function read(data: unknown) {
  return readGeoJson(JSON.stringify(data)).features;
}

test('a collection, a feature and a bare geometry are all shapes', () => {
  expect(read({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: POINT }] })).toHaveLength(1);
  expect(read({ type: 'Feature', properties: null, geometry: POINT })).toHaveLength(1);
  expect(read(POINT)).toEqual([{ type: 'Feature', properties: {}, geometry: POINT }]);
});

test('of the properties the name is kept, cut to what a map can show', () => {
  const properties = { secret: 'x', NAME: `CTR ${'z'.repeat(200)}` };
  const [feature] = read({ type: 'Feature', properties, geometry: POINT });
  expect(Object.keys(feature!.properties!)).toEqual(['name']);
  expect(feature!.properties!['name']).toHaveLength(80);
});

test('a collection of geometries is taken apart', () => {
  const line = { type: 'LineString', coordinates: [[0, 0], [1, 1]] };
  expect(read({ type: 'GeometryCollection', geometries: [POINT, line] }).map(({ geometry }) => geometry.type)).toEqual(['Point', 'LineString']);
});

test('broken shapes are left out, whole ones stay', () => {
  const bad = [
    { type: 'Point', coordinates: ['8', 50] }, { type: 'Point', coordinates: [8, 91] }, { type: 'LineString', coordinates: [8, 50] },
    { type: 'Circle', coordinates: [8, 50] }, { type: 'toString', coordinates: [8, 50] }, null, 7,
  ];
  const features = [...bad, POINT].map((geometry) => ({ type: 'Feature', properties: {}, geometry }));
  expect(read({ type: 'FeatureCollection', features })).toHaveLength(1);
});

test('a file without shapes is refused with a sentence', () => {
  expect(() => readGeoJson('<kml>')).toThrow(new NotShown('It is neither GeoJSON nor PMTiles.'));
  expect(() => readGeoJson('[1,2]')).toThrow('no GeoJSON shapes');
  expect(() => readGeoJson('{"type":"Point","coordinates":[3500000,5500000]}')).toThrow('in degrees');
});

test('the bounds hold every corner of every shape', () => {
  const area = { type: 'Polygon', coordinates: [[[1, 2], [5, 2], [5, 9], [1, 2]]] };
  const shapes = readGeoJson(JSON.stringify({ type: 'GeometryCollection', geometries: [area, POINT] }));
  expect(boundsOf(shapes)).toEqual([1, 2, 8.5, 50]);
});
