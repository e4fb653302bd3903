import { expect, test } from 'vitest';
import type { FlightEvent } from '../stream/messages';
import { addressOf, groupOf, merged, words } from './happenings';

function event(id: string, time: number, kind = 'takeoff', more = {}): FlightEvent {
  return { type: 'event', id, kind, flight: '4ca2d6-6740a31c', time, more };
}

test.each([
  ['takeoff', { airport: 'EDDF' }, 'took off from EDDF'],
  ['landing', { airport: null }, 'landed'],
  ['emergency_on', { emergency: 'no_radio' }, 'no radio'],
  ['squawk', { squawk: '7600', before: '1000' }, 'squawks 7600'],
  ['squawk', { squawk: null }, 'squawks nothing'],
  ['area_entered', { area: 'Harbour' }, 'entered Harbour'],
  ['something_new', {}, 'something new'],
])('%s with %o: %s', (kind, more, said) => {
  expect(words(event('1', 0, kind, more))).toBe(said);
});

test('each kind has its switch, and one nobody knows the last', () => {
  expect(['emergency_on', 'go_around', 'something_new'].map((kind) => groupOf(kind).name)).toEqual([
    'Emergencies', 'Landings', 'Other',
  ]);
});

test('events are there once, the latest first, of the time and the kinds that are shown', () => {
  const live = [event('4', 4000), event('3', 3000, 'landing')];
  const stored = [event('3', 3000, 'landing'), event('2', 2000), event('1', 500), event('5', 9000)];
  const ids = (most: number, hidden: string[] = []): string[] =>
    merged([live, stored], 1000, 5000, most, new Set(hidden)).map(({ id }) => id);
  expect(ids(9)).toEqual(['4', '3', '2']);
  expect(ids(2)).toEqual(['4', '3']);
  expect(ids(9, ['Landings'])).toEqual(['4', '2']);
});

test('without a callsign a flight has the address of its aircraft', () => {
  expect(addressOf('~4ca2d6-6740a31c')).toBe('~4ca2d6');
});
