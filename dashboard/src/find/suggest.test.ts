import { expect, test } from 'vitest';
import { skyOf } from '../sky/sky.fake';
import { commandsLike, filtersFor, flightsLike, frequent, placesOf } from './suggest';

const SKY = skyOf(
  { id: 'a', icao24: '3c6444', callsign: 'DLH400', registration: 'D-AIMA', type_code: 'A388' },
  { id: 'b', icao24: '3c6445', callsign: 'DLH40', registration: 'D-AIMB', type_code: 'A388' },
  { id: 'c', icao24: '4ca2d6', callsign: 'ADLH40', registration: null, type_code: 'B738' },
  { id: 'd', icao24: 'd1h400', callsign: null, registration: 'DLH-1', type_code: null },
);
const ids = (slots: number[]): string[] => slots.map((slot) => SKY.facts[slot]!.id);
const titles = (list: readonly { title: string }[]): string[] => list.map(({ title }) => title);

test('what is exactly so comes first, then what begins so, then what holds it', () => {
  expect(ids(flightsLike(SKY, 'dlh40'))).toEqual(['b', 'a', 'c']);
  expect(ids(flightsLike(SKY, 'DLH'))).toEqual(['b', 'a', 'd', 'c']);
});

test('a registration is found without its hyphen, an aircraft by its address or type', () => {
  expect(ids(flightsLike(SKY, 'daimb'))).toEqual(['b']);
  expect(ids(flightsLike(SKY, '4CA2'))).toEqual(['c']);
  expect(ids(flightsLike(SKY, 'a38', 1))).toEqual(['b']);
  expect(flightsLike(SKY, ' ')).toEqual([]);
});

test('the values that most flights have come first', () => {
  expect(frequent(SKY, 'type_code', '', 9)).toEqual([['A388', 2], ['B738', 1]]);
  expect(frequent(SKY, 'type_code', 'b', 9)).toEqual([['B738', 1]]);
});

test('a word shows what it can do, and a name its values', () => {
  expect(titles(filtersFor(SKY, 'alt'))).toEqual(['alt>30000', 'alt<10000', 'alt:FL100-FL200']);
  expect(filtersFor(SKY, 'type:').map(({ title, note }) => [title, note])).toEqual([['type:A388', '2 flights'], ['type:B738', '1 flight']]);
  expect(titles(filtersFor(SKY, '-phase:cl'))).toEqual(['-phase:climb']);
  expect(titles(filtersFor(SKY, 'alt>1000 -ground'))).toEqual(['alt>1000 -ground']);
  expect(filtersFor(SKY, 'alt>high')).toEqual([]);
  expect(titles(filtersFor(SKY, 'B738'))).toEqual(['type:B738']);
});

test('an airport is a place to fly to and three filters', () => {
  const paris = { icao: 'LFPG', iata: 'CDG', name: 'Charles de Gaulle', city: 'Paris', country: 'FR', lat: 49, lon: 2.5, elevation_ft: 392 };
  expect(titles(placesOf([paris]))).toEqual(['Paris, Charles de Gaulle', 'from:LFPG', 'to:LFPG', 'near:LFPG,50nm']);
  expect(placesOf([])).toEqual([]);
});

test('a command is found by the beginnings of its words', () => {
  const all = [{ id: 'theme', title: 'Switch to the light theme', run: () => undefined }, { id: 'x', title: 'Flatten the map', run: () => undefined }];
  expect(titles(commandsLike(all, 'li th'))).toEqual(['Switch to the light theme']);
  expect(titles(commandsLike(all, ''))).toHaveLength(2);
  expect(titles(commandsLike(all, 'ight'))).toEqual([]);
});

test('a callsign in small letters, as some feeds tell it, is found too', () => {
  expect(flightsLike(skyOf({ id: 'a', callsign: 'dlh4ab' }), 'DLH4')).toEqual([1]);
});
