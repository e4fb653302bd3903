import { describe, expect, test } from 'vitest';
import { ChainBroken, Sky } from './sky';
import { skyOf, tell } from './sky.fake';

const CRUISE = { id: 'a', lat: 50, lon: 8, ground_speed_kt: 480, track_deg: 90, time: 60_000 };
const at = (sky: Sky, id: string): number => sky.slotOf(id)!;

describe('a place', () => {
  test('is where the flight is by now, not where it was heard', () => {
    const sky = skyOf(CRUISE);
    expect(sky.placeAt(1, 60_000)).toEqual({ lat: 50, lon: 8 });
    expect(sky.placeAt(1, 120_000)?.lon).toBeCloseTo(8.207, 3);
  });

  test('without a time is taken as it is', () => {
    expect(skyOf({ ...CRUISE, time: NaN }).placeAt(1, 120_000)).toEqual({ lat: 50, lon: 8 });
  });

  test('that is not known is none; latitude and longitude 0 are one', () => {
    expect(skyOf({ id: 'a', callsign: 'DLH4AB' }).placeAt(1, 0)).toBeNull();
    expect(skyOf({ id: 'a', lat: 0, lon: 0 }).placeAt(1, 0)).toEqual({ lat: 0, lon: 0 });
    expect(skyOf().placeAt(1, 0)).toBeNull();
  });
});

describe('an altitude', () => {
  test('goes on at its vertical rate, for however long', () => {
    const sky = skyOf({ ...CRUISE, altitude_ft: 30_000, geo_altitude_ft: 30_600, vertical_rate_fpm: -1200 });
    expect(sky.altitudeAt(1, 90_000)).toBe(29_400);
    expect(sky.altitudeAt(1, 60_000 + 3_600_000)).toBe(-42_000);
    expect(sky.altitudeAt(1, 90_000, 'geo_altitude_ft')).toBe(30_000);
  });

  test('stays where the rate is not known, and is not known where it was not', () => {
    expect(skyOf({ ...CRUISE, altitude_ft: 30_000 }).altitudeAt(1, 90_000)).toBe(30_000);
    expect(skyOf({ ...CRUISE, vertical_rate_fpm: 600 }).altitudeAt(1, 90_000)).toBeNaN();
  });
});

test('a flight is shown with null for what is not known, and 0 for 0', () => {
  const flight = skyOf({ id: 'a', altitude_ft: 0, ground_speed_kt: 452.3, phase: 4 }).find('a');
  expect(flight).toMatchObject({ altitude_ft: 0, ground_speed_kt: 452.3, track_deg: null, phase: 'cruise', time: null });
});

test('what was heard is no earlier than the position', () => {
  const sky = skyOf({ ...CRUISE, last_heard: 59_000 });
  expect(sky.find('a')?.last_heard).toBe(60_000);
  tell(sky, [{ ...CRUISE, last_heard: 75_000 }]);
  expect(sky.find('a')?.last_heard).toBe(75_000);
});

describe('a change', () => {
  test('names the slots it touched', () => {
    const sky = skyOf({ id: 'a' }, { id: 'b' });
    const change = tell(sky, [{ id: 'b' }, { id: 'c' }]);
    expect(change).toMatchObject({ tick: 2, gone: [], told: [2, 3], moved: [2, 3] });
  });

  test('names the flight that another one replaced in its slot', () => {
    const sky = skyOf({ id: 'a', lat: 1, lon: 1 });
    sky.begin(1, 2);
    sky.tell(1, { ...sky.facts[1]!, id: 'z' }, NaN, 5);
    const { gone, told } = sky.settle(0);
    expect([gone.map(({ facts }) => facts.id), told, sky.ids()]).toEqual([['a'], [1], ['z']]);
    expect(sky.placeAt(1, 0)).toBeNull(); // it must not fly on as the one before
  });

  test('moves a flight that comes in another slot', () => {
    const sky = skyOf({ id: 'a' });
    sky.begin(1, 2);
    sky.tell(7, { ...sky.facts[1]! }, NaN, 5);
    sky.settle(0);
    expect([sky.size, at(sky, 'a'), sky.facts[1]]).toEqual([1, 7, null]);
  });

  test('of a flight that left takes it from the picture and the digest', () => {
    const sky = skyOf({ id: 'a' }, { id: 'b' });
    sky.begin(1, 2);
    sky.drop(1);
    sky.drop(99);
    sky.settle(0);
    expect([sky.ids(), sky.hash, sky.find('a')]).toEqual([['b'], 1, null]);
  });
});

describe('a fresh picture', () => {
  test('replaces the old one when its last part is in, and not before', () => {
    const sky = skyOf({ id: 'a' }, { id: 'b' });
    sky.begin(0, 9);
    sky.tell(2, sky.facts[2]!, NaN, 1);
    sky.begin(0, 9);
    expect(sky.ids()).toEqual(['a', 'b']);
    const { gone } = sky.settle(0);
    expect([sky.ids(), gone.map(({ facts }) => facts.id), sky.tick]).toEqual([['b'], ['a'], 9]);
  });

  test('after one that broke off begins anew', () => {
    const sky = skyOf({ id: 'a' });
    sky.begin(0, 9);
    expect([sky.breakOff(), sky.breakOff()]).toEqual([true, false]);
    tell(sky, [{ id: 'b' }], { since: 0 });
    expect(sky.ids()).toEqual(['b']);
  });
});

test.each<[string, (sky: Sky) => void, string]>([
  ['a hole', (sky) => sky.begin(5, 6), 'Changes since tick 5 came after tick 1: some are missing.'],
  ['a tick within another', (sky) => (sky.begin(1, 2), sky.begin(1, 3)), 'A part of tick 3 came before tick 2 was complete.'],
])('%s breaks the chain', (_, breaks, sentence) => {
  expect(() => breaks(skyOf({ id: 'a' }))).toThrow(new ChainBroken(sentence));
});

test('there is room for a handle however great', () => {
  const sky = skyOf({ id: 'a', lat: 1, lon: 2 });
  sky.begin(1, 2);
  sky.tell(70_000, { ...sky.facts[1]!, id: 'far' }, NaN, 1);
  sky.settle(0);
  expect([sky.placeAt(1, 0), at(sky, 'far'), sky.end, [...sky.slots()]]).toEqual([{ lat: 1, lon: 2 }, 70_000, 70_001, [1, 70_000]]);
});
