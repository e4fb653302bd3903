import { expect, test } from 'vitest';
import { skyOf } from '../sky/sky.fake';
import { ranked, traffic } from './airport_ranking';
import type { Airport } from './fields';

const airport = (icao: string, iata: string | null, city: string): Airport => ({
  icao, iata, city, name: `${city} Airport`, country: 'XX', lat: 0, lon: 0, elevation_ft: null,
});
const KFFT = airport('KFFT', 'FFT', 'Frankfort');
const EDDF = airport('EDDF', 'FRA', 'Frankfurt');
const FIELD = airport('ZZ01', null, 'Frank Field');
const codes = (list: Airport[]): string[] => list.map(({ icao }) => icao);

test('flights count for the airport they come from and for the one they go to', () => {
  const sky = skyOf({ id: 'a', origin: 'EDDF', destination: 'KJFK' }, { id: 'b', origin: null, destination: 'EDDF' });
  expect([...traffic(sky)]).toEqual([['EDDF', 2], ['KJFK', 1]]);
});

test('of towns with alike names the one that flights go to comes first, a field without airlines last', () => {
  expect(codes(ranked([KFFT, FIELD, EDDF], 'frank', new Map([['EDDF', 3], ['ZZ01', 9]])))).toEqual(['EDDF', 'KFFT', 'ZZ01']);
});

test('an exact code beats the busiest airport', () => {
  expect(codes(ranked([EDDF, KFFT], ' fft', new Map([['EDDF', 300]])))).toEqual(['KFFT', 'EDDF']);
  expect(codes(ranked([EDDF, FIELD], 'ZZ01', new Map([['EDDF', 300]])))).toEqual(['ZZ01', 'EDDF']);
});

test('without any traffic they go by name', () => {
  expect(codes(ranked([EDDF, KFFT], 'frank', new Map()))).toEqual(['KFFT', 'EDDF']);
});
