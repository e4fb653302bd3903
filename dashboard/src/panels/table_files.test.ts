import { expect, test } from 'vitest';
import { skyOf } from '../sky/sky.fake';
import { csvOf, fileName, geojsonOf } from './table_files';

const sky = skyOf(
  { id: '3c6444-1', icao24: '3c6444', callsign: '=CMD()', lat: 50.5, lon: 8.25, altitude_ft: -100, geo_altitude_ft: 1000, vertical_rate_fpm: -640, time: 0, started_at: 1000 },
  { id: 'a-2', icao24: 'a', callsign: 'Smith, "Joe"' },
);
const flights = [sky.find('3c6444-1')!, sky.find('a-2')!];

test('a line for each flight: texts are no formulas, numbers stay numbers, times are written out', () => {
  const [head, first, second, rest] = csvOf(flights).split('\r\n');
  const told = Object.fromEntries(head!.split(',').map((name, i) => [name, first!.split(',')[i]]));
  expect(told).toMatchObject({
    id: '3c6444-1', callsign: "'=CMD()", lat: '50.5', altitude_ft: '-100', vertical_rate_fpm: '-640', ground_speed_kt: '',
    time: '1970-01-01T00:00:00.000Z', started_at: '1970-01-01T00:00:01.000Z', coasting: 'false',
  });
  expect(second).toContain('"Smith, ""Joe"""');
  expect(rest).toBe('');
});

test('a point for each flight, none for one without a position', () => {
  const { type, features } = JSON.parse(geojsonOf(flights)) as { type: string; features: { geometry: unknown; properties: Record<string, unknown> }[] };
  expect([type, features.length]).toEqual(['FeatureCollection', 2]);
  expect(features[0]!.geometry).toEqual({ type: 'Point', coordinates: [8.25, 50.5, 305] });
  expect(features[0]!.properties).toMatchObject({ callsign: '=CMD()', altitude_ft: -100, ground_speed_kt: null, time: '1970-01-01T00:00:00.000Z' });
  expect(features[1]!.geometry).toBeNull();
});

test('a file is named by the moment it shows', () => {
  expect(fileName(1_000, 'csv')).toBe('aerotrack 1970-01-01 00.00.01Z.csv');
});
