import { expect, test } from 'vitest';
import { Listing, type Frame } from './listing';
import type { Key, Moment } from './ranking';
import type { Sky } from './sky';
import { skyOf, tell, type Plain } from './sky.fake';

const NOW: Moment = { now: 0, home: null };
const CALLSIGN: Key = { kind: 'code', of: (sky, slot) => sky.facts[slot]!.callsign };
const ALTITUDE: Key = { kind: 'number', of: (sky, slot, { now }) => sky.altitudeAt(slot, now) };
const OPERATOR: Key = { kind: 'name', of: (sky, slot) => sky.facts[slot]!.operator };

function all(sky: Sky): Uint8Array {
  return new Uint8Array(sky.lat.length).fill(1);
}

function ids(listing: Listing, sky: Sky): string[] {
  return [...listing.slots.subarray(0, listing.count)].map((slot) => sky.facts[slot]!.id);
}

function listed(flights: readonly Plain[], key: Key, { descending = false, box = null as Frame['box'] | null, cap = null as Frame['cap'], now = 0 } = {}): string[] {
  const sky = skyOf(...flights);
  const listing = new Listing();
  listing.list(sky, all(sky), box && { box, cap }, { key, descending }, { now, home: null });
  return ids(listing, sky);
}

const HEIGHTS: Plain[] = [
  { id: 'high', altitude_ft: 41_000 },
  { id: 'unknown' },
  { id: 'dead sea', altitude_ft: -1_200 },
  { id: 'low', altitude_ft: 900 },
  { id: 'zero', altitude_ft: 0 },
];

test('numbers rise, those below zero first, and what is not known is last', () => {
  expect(listed(HEIGHTS, ALTITUDE)).toEqual(['dead sea', 'zero', 'low', 'high', 'unknown']);
});

test('the other way round what is not known is last as well', () => {
  expect(listed(HEIGHTS, ALTITUDE, { descending: true })).toEqual(['high', 'low', 'zero', 'dead sea', 'unknown']);
});

test('infinite numbers are known', () => {
  const key: Key = { kind: 'number', of: (sky, slot) => ({ low: -Infinity, high: Infinity })[sky.facts[slot]!.id] ?? NaN };
  const flights = [{ id: 'none' }, { id: 'high' }, { id: 'low' }];
  expect(listed(flights, key)).toEqual(['low', 'high', 'none']);
  expect(listed(flights, key, { descending: true })).toEqual(['high', 'low', 'none']);
});

test('0 and -0 are equal', () => {
  const key: Key = { kind: 'number', of: (sky, slot) => (sky.facts[slot]!.id === 'plus' ? 0 : -0) };
  expect(listed([{ id: 'plus', callsign: 'A' }, { id: 'minus', callsign: 'B' }], key)).toEqual(['plus', 'minus']);
});

test('codes sort by letter, the shorter before the longer, in all of eight letters, large and small alike', () => {
  const callsigns = ['DLH2', 'BAW123AB', 'DLH10', 'BAW123AA', 'dlh1', 'DLH', null, '', 'ÜBER1'];
  const flights = callsigns.map((callsign, i) => ({ id: `${callsign ?? 'none'}${callsign === '' ? 'empty' : ''}`, callsign, altitude_ft: i }));
  const rising = ['BAW123AA', 'BAW123AB', 'DLH', 'dlh1', 'DLH10', 'DLH2', 'ÜBER1'];
  expect(listed(flights, CALLSIGN)).toEqual([...rising, 'none', 'empty']);
  expect(listed(flights, CALLSIGN, { descending: true })).toEqual([...rising.toReversed(), 'none', 'empty']);
});

test('names of any length sort without regard to capitals', () => {
  const operators = ['Lufthansa', 'easyJet', 'British Airways', null, 'British Airways Cityflyer', 'Air France'];
  const flights = operators.map((operator) => ({ id: operator ?? 'none', operator }));
  const rising = ['Air France', 'British Airways', 'British Airways Cityflyer', 'easyJet', 'Lufthansa'];
  expect(listed(flights, OPERATOR)).toEqual([...rising, 'none']);
  expect(listed(flights, OPERATOR, { descending: true })).toEqual([...rising.toReversed(), 'none']);
});

test('equals are in the order of their callsigns, whichever way the list is sorted', () => {
  const flights = ['C', 'A', 'B'].map((callsign) => ({ id: callsign, callsign, altitude_ft: 30_000 }));
  expect(listed(flights, ALTITUDE)).toEqual(['A', 'B', 'C']);
  expect(listed(flights, ALTITUDE, { descending: true })).toEqual(['A', 'B', 'C']);
});

test('flights that are equal in everything stay where they are', () => {
  const flights = ['3', '1', '2'].map((id) => ({ id }));
  expect(listed(flights, CALLSIGN)).toEqual(['3', '1', '2']);
  expect(listed(flights, ALTITUDE, { descending: true })).toEqual(['3', '1', '2']);
});

test('emergencies come first, sorted among themselves, and are counted', () => {
  const sky = skyOf(
    { id: 'high', altitude_ft: 40_000 },
    { id: 'low sos', altitude_ft: 1_000, emergency: 'general' },
    { id: 'mid', altitude_ft: 20_000 },
    { id: 'high sos', altitude_ft: 30_000, emergency: 'no_radio' },
  );
  const listing = new Listing();
  listing.list(sky, all(sky), null, { key: ALTITUDE, descending: true }, NOW);
  expect(ids(listing, sky)).toEqual(['high sos', 'low sos', 'high', 'mid']);
  expect(listing.emergencies).toBe(2);
});

test('a hundred emergencies are all pinned', () => {
  const flights = Array.from({ length: 100 }, (_, i) => ({ id: `e${i}`, altitude_ft: i, emergency: 'general' }));
  const list = listed([{ id: 'calm', altitude_ft: -1 }, ...flights], ALTITUDE);
  expect(list).toEqual([...flights.map(({ id }) => id), 'calm']);
});

test('only those that passed are listed, and none that is gone', () => {
  const sky = skyOf({ id: 'a' }, { id: 'b' }, { id: 'c' });
  const passed = all(sky);
  passed[sky.slotOf('b')!] = 0;
  sky.drop(sky.slotOf('c')!);
  const listing = new Listing();
  listing.list(sky, passed, null, { key: CALLSIGN, descending: false }, NOW);
  expect(ids(listing, sky)).toEqual(['a']);
});

test('a frame leaves out what is elsewhere and what has no place', () => {
  const flights = [{ id: 'in', lat: 50, lon: 8 }, { id: 'north', lat: 60, lon: 8 }, { id: 'east', lat: 50, lon: 20 }, { id: 'nowhere' }];
  expect(listed(flights, CALLSIGN, { box: [5, 45, 11, 55] })).toEqual(['in']);
});

test('an emergency is listed wherever it is', () => {
  expect(listed([{ id: 'far', lat: 0, lon: 0 }, { id: 'sos', emergency: 'medical' }], CALLSIGN, { box: [5, 45, 11, 55] })).toEqual(['sos']);
});

test('a frame may run across the date line, either way', () => {
  const flights = [{ id: 'fiji', lat: -18, lon: 178 }, { id: 'samoa', lat: -14, lon: -172 }, { id: 'peru', lat: -12, lon: -77 }];
  expect(listed(flights, ALTITUDE, { box: [170, -30, 195, 0] })).toEqual(['fiji', 'samoa']);
  expect(listed(flights, ALTITUDE, { box: [-190, -30, -165, 0] })).toEqual(['fiji', 'samoa']);
});

test('a frame around the world leaves out only by latitude', () => {
  const flights = [{ id: 'west', lat: 10, lon: -179 }, { id: 'east', lat: 10, lon: 179 }, { id: 'pole', lat: 88, lon: 0 }, { id: 'south', lat: -60, lon: 0 }];
  expect(listed(flights, ALTITUDE, { box: [-200, -20, 260, 90] })).toEqual(['west', 'east', 'pole']);
});

test('on a globe the other side is not in the frame, even within its box', () => {
  const flights = [{ id: 'oslo', lat: 60, lon: 10 }, { id: 'alaska', lat: 65, lon: -150 }, { id: 'africa', lat: -30, lon: 20 }, { id: 'pole', lat: 89, lon: 100 }];
  const box: Frame['box'] = [-180, -90, 180, 90];
  expect(listed(flights, ALTITUDE, { box, cap: { lat: 50, lon: 10, reachDeg: 60 } })).toEqual(['oslo', 'pole']);
  expect(listed(flights, ALTITUDE, { box, cap: { lat: 50, lon: 10, reachDeg: 200 } })).toEqual(['oslo', 'alaska', 'africa', 'pole']);
});

test('where a flight is by now counts, not where it was heard', () => {
  const flights = [{ id: 'leaving', lat: 50, lon: 10.9, ground_speed_kt: 480, track_deg: 90, time: 0 }];
  expect(listed(flights, CALLSIGN, { box: [5, 45, 11, 55] })).toEqual(['leaving']);
  expect(listed(flights, CALLSIGN, { box: [5, 45, 11, 55], now: 600_000 })).toEqual([]);
});

test('a key may change by itself as time goes by', () => {
  const flights = [{ id: 'level', altitude_ft: 10_000, time: 0 }, { id: 'climbing', altitude_ft: 9_000, vertical_rate_fpm: 2_000, time: 0 }];
  expect(listed(flights, ALTITUDE, { now: 0 })).toEqual(['climbing', 'level']);
  expect(listed(flights, ALTITUDE, { now: 60_000 })).toEqual(['level', 'climbing']);
});

test('a list is made anew when the sky has grown and when it is empty', () => {
  const sky = skyOf({ id: 'z', callsign: 'Z' });
  const listing = new Listing();
  listing.list(sky, all(sky), null, { key: CALLSIGN, descending: false }, NOW);
  tell(sky, Array.from({ length: 5_000 }, (_, i) => ({ id: `f${i}`, callsign: `F${String(i).padStart(4, '0')}` })));
  listing.list(sky, all(sky), null, { key: CALLSIGN, descending: true }, NOW);
  expect([listing.count, ids(listing, sky)[0], ids(listing, sky)[1], ids(listing, sky).at(-1)]).toEqual([5_001, 'z', 'f4999', 'f0']);
  expect(listing.placeOf(sky.slotOf('f4999')!)).toBe(1);
  listing.list(sky, new Uint8Array(sky.lat.length), null, { key: CALLSIGN, descending: true }, NOW);
  expect([listing.count, listing.placeOf(1)]).toEqual([0, -1]);
});

test('a radix sort agrees with a plain one on thousands of numbers', () => {
  const flights = Array.from({ length: 3_000 }, (_, i) => ({ id: `f${i}`, altitude_ft: Math.round(Math.sin(i * 12.9898) * 40_000) }));
  const plain = flights.map((flight, i) => ({ ...flight, i })).sort((a, b) => a.altitude_ft - b.altitude_ft || a.i - b.i);
  expect(listed(flights, ALTITUDE)).toEqual(plain.map(({ id }) => id));
});
