import { expect, test } from 'vitest';
import type { Feed } from '../sky/feeds';
import { facts, refusals, stateOf } from './feed_words';

const ROOF: Feed = {
  name: 'roof', state: 'connected', error: null, rate: 812.4, lag: 0.24, accepted: 81_040, refused: [], kinds: [], overlap: null,
  contribution: null, receiver: null, outline: null,
};

test('what is not known is not told', () => {
  expect(facts({ ...ROOF, lag: null }, 'aviation')).toEqual([['Positions taken', '81,040']]);
});

test('what a feed adds, how late it is and how far it hears are told in the units of the person', () => {
  const told = { ...ROOF, contribution: 0.624, overlap: 0.31, outline: [100, null, 212.4], receiver: { lat: 50, lon: 8 } };
  expect(facts(told, 'metric')).toEqual([
    ['Behind the clock', '0.2 s'], ['Positions taken', '81,040'], ['Share of all positions', '62 %'], ['Told before by others', '31 %'],
    ['Farthest heard', '393 km'],
  ]);
});

test.each([[0, '0 %'], [0.0004, '< 1 %'], [0.9996, '99 %'], [1, '100 %']])('a share of %d is %s', (overlap, words) => {
  expect(facts({ ...ROOF, lag: null, overlap }, 'aviation')[1]).toEqual(['Told before by others', words]);
});

test('kinds are told by their share, the rare ones together', () => {
  const kinds = [['DF17', 60], ['DF11', 20], ['DF4', 8], ['DF0', 5], ['DF20', 3], ['DF5', 2], ['DF21', 1], ['DF16', 1]] as const;
  const [name, mix] = facts({ ...ROOF, kinds }, 'aviation').at(-1)!;
  expect(name).toBe('Messages');
  expect(mix.split(', ')).toEqual(['DF17 60 %', 'DF11 20 %', 'DF4 8 %', 'DF0 5 %', 'DF20 3 %', 'DF5 2 %', 'others 2 %'].map((one) => one.replaceAll(' ', '\u00a0')));
});

test('what was refused is told in words, and how often', () => {
  expect(refusals({ ...ROOF, refused: [['bad_crc', 3104], ['jump', 2]] })).toEqual([['damaged on the way', '3,104'], ['cannot be there', '2']]);
});

test.each([
  ['starting', 'waiting', 'Waiting'], ['connected', 'good', 'Connected'], ['broken', 'bad', 'Broken, tried again'],
  ['ended', 'past', 'Played to its end'], ['asleep', 'waiting', 'asleep'],
])('a feed that is %s: %s, %s', (state, ...told) => {
  expect(stateOf({ ...ROOF, state })).toEqual(told);
});
