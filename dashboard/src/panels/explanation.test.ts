import { expect, test } from 'vitest';
import { origins } from './explanation';

const ROOF = { feed: 'roof', source: 'adsb', priority: false, age_seconds: 0.4, refused: [] };
const NET = { feed: 'net', source: 'mlat', priority: false, age_seconds: 2.1 };

test('each value has who said it, how long ago, and who was not believed and why', () => {
  const told = { ...ROOF, refused: [{ ...NET, reason: 'outranked' }] };
  expect(origins({ altitude_ft: told })).toEqual([
    { name: 'altitude ft', feed: 'roof · ADS-B', age: '0.4 s', refused: [{ feed: 'net · MLAT: ranks lower', age: '2.1 s' }] },
  ]);
});

test('latitude and longitude are one place', () => {
  expect(origins({ lat: ROOF, lon: ROOF })?.map(({ name }) => name)).toEqual(['position']);
});

test('a feed that does not say how it knows stands alone, and one with priority says so', () => {
  const sbs = { ...ROOF, source: null, priority: true };
  expect(origins({ squawk: sbs })?.[0]?.feed).toBe('roof · priority');
});

test('what no feed said is of AeroTrack or a database, and has no age', () => {
  const found = { feed: null, source: null, priority: false, age_seconds: null, refused: [] };
  expect(origins({ origin: found })).toEqual([{ name: 'origin', feed: 'worked out, or a database', age: '–', refused: [] }]);
});

test('a flight that is over has no explanation', () => {
  expect(origins(null)).toBeNull();
});
