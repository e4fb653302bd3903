import { expect, test } from 'vitest';
import { skyOf, type Plain } from '../sky/sky.fake';
import { Listing } from '../sky/listing';
import { COLUMNS, columnsOf, headOf, pressed, shifted, sortedBy, switched, type Reading } from './columns';

const READING: Reading = { now: 60_000, home: null, units: 'aviation' };
const byName = (name: string) => columnsOf([name])[0]!;

function cell(name: string, flight: Partial<Plain>, reading: Partial<Reading> = {}): string {
  return byName(name).cell(skyOf({ id: '3c6444-1', time: 60_000, ...flight }), 1, { ...READING, ...reading });
}

function sorted(name: string, flights: Plain[], descending = false, reading: Partial<Reading> = {}): string[] {
  const sky = skyOf(...flights);
  const listing = new Listing();
  listing.list(sky, new Uint8Array(sky.lat.length).fill(1), null, { key: byName(name).key, descending }, { ...READING, ...reading });
  return [...listing.slots.subarray(0, listing.count)].map((slot) => sky.facts[slot]!.id);
}

test('every name is there once', () => {
  expect(new Set(COLUMNS.map(({ name }) => name)).size).toBe(COLUMNS.length);
});

test('nothing that is not known is a number: of a flight without values all numbers are dashes', () => {
  const numeric = COLUMNS.filter((column) => column.numeric).map(({ name }) => name);
  expect(numeric).toEqual(['altitude_ft', 'ground_speed_kt', 'vertical_rate_fpm', 'track_deg', 'distance', 'time']);
  expect(numeric.map((name) => cell(name, { time: NaN }))).toEqual(['–', '–', '–', '–', '–', '–']);
});

test('an altitude is where the flight is by now, with an arrow while it climbs or sinks', () => {
  expect(cell('altitude_ft', { altitude_ft: 10_000, vertical_rate_fpm: 1200, time: 0 })).toBe('↑ 11,200');
  expect(cell('altitude_ft', { altitude_ft: 10_000, vertical_rate_fpm: -600 })).toBe('↓ 10,000');
  expect(cell('altitude_ft', { altitude_ft: 10_000, vertical_rate_fpm: 64 })).toBe('10,000');
  expect(cell('altitude_ft', { altitude_ft: 500, on_ground: true })).toBe('ground');
});

test('0 is a value', () => {
  expect([cell('altitude_ft', { altitude_ft: 0 }), cell('track_deg', { track_deg: 0 }), cell('ground_speed_kt', { ground_speed_kt: 0 })]).toEqual(['0', '000°', '0']);
});

test('numbers are in the units of the head', () => {
  const metric = { units: 'metric' as const };
  expect([cell('altitude_ft', { altitude_ft: 10_000 }, metric), headOf(byName('altitude_ft'), 'metric')]).toEqual(['3,048', { head: 'Altitude', unit: 'm' }]);
  expect([cell('vertical_rate_fpm', { vertical_rate_fpm: -1000 }, metric), headOf(byName('vertical_rate_fpm'), 'metric').unit]).toEqual(['−5.1', 'm/s']);
  expect(headOf(byName('callsign'), 'metric')).toEqual({ head: 'Callsign', unit: '' });
});

test('words for codes, and codes there are no words for', () => {
  expect([cell('position_source', { position_source: 'mlat' }), cell('category', { category: 'A7' }), cell('category', { category: 'Z9' })]).toEqual(['MLAT', 'Rotorcraft', 'Z9']);
  expect([cell('phase', { phase: 4 }), cell('emergency', { emergency: 'no_radio' }), cell('emergency', {}), cell('icao24', {})]).toEqual(['cruise', 'No radio', '', '3C6444']);
});

test('a route of which one end is known says so', () => {
  expect([cell('route', { origin: 'EDDF', destination: 'KJFK' }), cell('route', { origin: 'EDDF' }), cell('route', {})]).toEqual(['EDDF → KJFK', 'EDDF → ?', '–']);
});

test('routes sort by origin, then by destination, unknown ends last', () => {
  const flights = [{ id: 'none' }, { id: 'to', destination: 'EDDF' }, { id: 'b', origin: 'EDDF', destination: 'KJFK' }, { id: 'a', origin: 'EDDF', destination: 'EGLL' }];
  expect(sorted('route', flights)).toEqual(['a', 'b', 'to', 'none']);
});

test('who stands on the ground is below who flies', () => {
  const flights = [{ id: 'low', altitude_ft: -200 }, { id: 'parked', altitude_ft: 5000, on_ground: true }, { id: 'unknown' }];
  expect(sorted('altitude_ft', flights)).toEqual(['parked', 'low', 'unknown']);
  expect(sorted('altitude_ft', flights, true)).toEqual(['low', 'parked', 'unknown']);
});

test('the youngest position is first, and one without a time last', () => {
  const flights = [{ id: 'old', time: 0 }, { id: 'never' }, { id: 'new', time: 59_000 }];
  expect(sorted('time', flights)).toEqual(['new', 'old', 'never']);
  expect([cell('time', { time: 59_000 }), cell('time', { time: 0 })]).toEqual(['1.0 s', '60 s']);
});

test('distances are from home, if there is one', () => {
  const flights = [{ id: 'far', lat: 52, lon: 8 }, { id: 'nowhere' }, { id: 'near', lat: 50.1, lon: 8 }];
  expect(sorted('distance', flights, false, { home: { lat: 50, lon: 8 } })).toEqual(['near', 'far', 'nowhere']);
  expect(cell('distance', { lat: 52, lon: 8 }, { home: { lat: 50, lon: 8 } })).toBe('120');
  expect(cell('distance', { lat: 52, lon: 8 })).toBe('–');
});

test('names there are not are left out, and one column always stays', () => {
  expect(columnsOf(['squawk', 'nonsense', 'squawk', 'feed']).map(({ name }) => name)).toEqual(['squawk', 'feed']);
  expect(columnsOf([]).map(({ name }) => name)).toEqual(['callsign']);
  expect(sortedBy({ by: 'nonsense', descending: true }).name).toBe('callsign');
});

test('pressing a head sorts by it, the most first where one asks for that, and again the other way round', () => {
  const byCallsign = { by: 'callsign', descending: false };
  const byAltitude = pressed(byCallsign, byName('altitude_ft'));
  expect(byAltitude).toEqual({ by: 'altitude_ft', descending: true });
  expect(pressed(byAltitude, byName('altitude_ft'))).toEqual({ by: 'altitude_ft', descending: false });
  expect(pressed(byAltitude, byName('time'))).toEqual({ by: 'time', descending: false });
});

test('columns are switched on at the end, off where they are, never the last one', () => {
  expect([switched(['a', 'b'], 'c'), switched(['a', 'b'], 'a'), switched(['a'], 'a')]).toEqual([['a', 'b', 'c'], ['b'], ['a']]);
});

test('columns are moved by one place and stay at the ends', () => {
  expect(shifted(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
  expect(shifted(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
  expect([shifted(['a', 'b'], 'a', -1), shifted(['a', 'b'], 'b', 1), shifted(['a'], 'z', 1)]).toEqual([['a', 'b'], ['a', 'b'], ['a']]);
});
