import { expect, test } from 'vitest';
import { category, country, countryCode, positionSource } from './aircraft_words';

test('an address belongs to the register of a country', () => {
  expect([country('3c6444'), country('a00001'), country('4CA2D6')]).toEqual(['Germany', 'United States', 'Ireland']);
});

test('Hong Kong has a part of the block of China', () => {
  expect([countryCode('789000'), countryCode('780000'), countryCode('78a000')]).toEqual(['HK', 'CN', 'CN']);
});

test('what is no ICAO address has no country', () => {
  expect([country('~3c6444'), country(''), country('ffffff')]).toEqual([null, null, null]);
});

test('a category has a name, one that says nothing has none', () => {
  expect([category('A7'), category('A0'), category(null)]).toEqual(['Rotorcraft', null, null]);
});

test('a source this page does not know is shown as it is', () => {
  expect([positionSource('adsb'), positionSource('laser'), positionSource(null)]).toEqual(['ADS-B', 'laser', null]);
});
