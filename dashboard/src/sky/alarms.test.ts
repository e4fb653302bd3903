import { beforeEach, expect, test } from 'vitest';
import { Alarms, readAlarms } from './alarms';
import { Sky } from './sky';
import { tell, type Plain } from './sky.fake';

const A = '4ca2d6-6740a31c';
const B = '3c6444-6740a31c';
let sky: Sky;
let alarms: Alarms;

beforeEach(() => {
  sky = new Sky();
  alarms = new Alarms();
});

function told(plains: Plain[], { since = sky.tick, started = false, live = true } = {}): void {
  alarms.take(tell(sky, plains, { since }), started, sky, live);
}
const names = (): string[] => alarms.list.value.map(({ id, emergency }) => `${id} ${emergency}`);

test('an emergency is found when it is told, and ends when it is taken back', () => {
  told([{ id: A, callsign: 'KLM1023', squawk: '7700', emergency: 'general' }, { id: B }]);
  expect(alarms.list.value).toEqual([{ id: A, callsign: 'KLM1023', squawk: '7700', emergency: 'general', place: null }]);
  told([{ id: A, callsign: 'KLM1023', squawk: '1000' }]);
  expect(alarms.list.value).toEqual([]);
});

test('the list stays the same object while no emergency changes', () => {
  told([{ id: A, emergency: 'general' }]);
  const before = alarms.list.value;
  told([{ id: A, emergency: 'general' }, { id: B }]);
  expect(alarms.list.value).toBe(before);
});

test('one that leaves the view is still an emergency, until the server lists it no more', () => {
  told([{ id: A, emergency: 'general' }]);
  told([{ id: B }], { since: 0 });
  expect(names()).toEqual([`${A} general`]);
  alarms.listed([]);
  expect(names()).toEqual([]);
});

test('one that is gone in the past is over: nobody lists those', () => {
  told([{ id: A, emergency: 'general' }]);
  told([{ id: B }], { since: 0, live: false });
  expect(names()).toEqual([]);
});

test('another time line begins without any', () => {
  told([{ id: A, emergency: 'general' }]);
  told([{ id: B, emergency: 'no_radio' }], { since: 0, started: true });
  expect(names()).toEqual([`${B} no_radio`]);
});

test('events tell of those outside the view', () => {
  alarms.happened({ kind: 'takeoff', flight: A, more: {} });
  alarms.happened({ kind: 'emergency_on', flight: A, more: { emergency: 'medical', before: null } });
  expect(names()).toEqual([`${A} medical`]);
  alarms.happened({ kind: 'emergency_off', flight: A, more: { emergency: null } });
  expect(names()).toEqual([]);
});

test('of one in the sky the sky knows better than events and the list', () => {
  told([{ id: A, callsign: 'KLM1023', emergency: 'general' }]);
  alarms.happened({ kind: 'emergency_on', flight: A, more: { emergency: 'medical' } });
  alarms.listed([{ id: A, callsign: null, squawk: null, emergency: 'medical', place: null }]);
  expect(names()).toEqual([`${A} general`]);
});

test('the answer of the server is read, what has another shape left out', () => {
  const flight = { id: A, callsign: 'KLM1023', squawk: '7600', emergency: 'no_radio', lat: 0, lon: 8 };
  expect(readAlarms({ flights: [flight, { id: 5 }, { id: B, emergency: 'general', lat: null }] })).toEqual([
    { id: A, callsign: 'KLM1023', squawk: '7600', emergency: 'no_radio', place: { lat: 0, lon: 8 } },
    { id: B, callsign: null, squawk: null, emergency: 'general', place: null },
  ]);
  expect(readAlarms({})).toEqual([]);
});
