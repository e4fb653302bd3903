import { describe, expect, test } from 'vitest';
import { skyOf, type Plain } from '../sky/sky.fake';
import { flagsOf, mayLookOther, shadeOf, type Choice } from './aircraft_look';
import { FLAG } from './aircraft_records';
import { SHAPES } from './icons';

const FREE: Choice = { selected: new Set(), isolate: false, others: 'hide', hovered: -1 };
const PLAIN: Plain = { id: 'a', lat: 50, lon: 8, track_deg: 0, type_code: 'A320', altitude_ft: 22_500, time: 1_000_000 };

function flags(plain: Partial<Plain>, choice: Partial<Choice> = {}, passed = true): number {
  return flagsOf(skyOf({ ...PLAIN, ...plain }), 1, passed, { ...FREE, ...choice });
}

describe('a flight', () => {
  test('without a track is a dot, for nobody knows where its nose points', () => {
    expect(SHAPES[flags({ track_deg: NaN }) & FLAG.shape]).toBe('dot');
    expect(SHAPES[flags({ track_deg: 0 }) & FLAG.shape]).toBe('airliner');
    expect(SHAPES[flags({ track_deg: NaN, category: 'C3', type_code: null }) & FLAG.shape]).toBe('tower');
  });

  test('is looked at again when its track is lost or found, and not while it only turns', () => {
    const [plane, dot] = [flags({}), flags({ track_deg: NaN })];
    expect([mayLookOther(plane, NaN), mayLookOther(dot, 90)]).toEqual([true, true]);
    expect([mayLookOther(plane, 90), mayLookOther(dot, NaN), mayLookOther(0, NaN)]).toEqual([false, false, false]);
  });

  test('that the filter keeps back is hidden, or a ghost', () => {
    expect(flags({}, {}, false)).toBe(0);
    expect(flags({}, { others: 'ghost' }, false) & (FLAG.shown | FLAG.ghost)).toBe(FLAG.shown | FLAG.ghost);
  });

  test('that is selected is shown whatever the filter says', () => {
    const shown = flags({}, { selected: new Set(['a']) }, false);
    expect(shown & (FLAG.shown | FLAG.selected | FLAG.ghost)).toBe(FLAG.shown | FLAG.selected);
  });

  test('that is not selected is hidden while the selected ones are alone', () => {
    expect(flags({}, { isolate: true, selected: new Set(['b']) })).toBe(0);
    expect(flags({}, { isolate: true })).not.toBe(0);
  });

  test('tells of emergency, coasting and the ground', () => {
    expect(flags({ emergency: 'general' }) & FLAG.emergency).not.toBe(0);
    expect(flags({ coasting: true }) & FLAG.coasting).not.toBe(0);
    expect(flags({ on_ground: true }) & FLAG.grounded).not.toBe(0);
    expect(flags({ emergency: 'general' }, { others: 'ghost' }, false) & FLAG.emergency).toBe(0);
  });

  test('that is not there has none', () => {
    expect(flagsOf(skyOf(PLAIN), 2, true, FREE)).toBe(0);
  });
});

describe('the shade', () => {
  test('by altitude goes on as the vertical rate says', () => {
    const climbing = skyOf({ ...PLAIN, vertical_rate_fpm: 2700 });
    expect(shadeOf(climbing, 1, 'altitude')).toEqual({ at: 0.5, rate: 2700 / 60 / 45_000, earthen: false });
  });

  test('by altitude is earthen on the ground, and unknown without one', () => {
    expect(shadeOf(skyOf({ ...PLAIN, on_ground: true }), 1, 'altitude').earthen).toBe(true);
    expect(shadeOf(skyOf({ ...PLAIN, altitude_ft: NaN }), 1, 'altitude').at).toBeNaN();
    expect(shadeOf(skyOf({ ...PLAIN, altitude_ft: 0 }), 1, 'altitude').at).toBe(0);
  });

  test('by age counts from when it was heard, even if that was after its position', () => {
    const { at, rate } = shadeOf(skyOf({ ...PLAIN, last_heard: 1_030_000 }), 1, 'age');
    expect(at + rate * 30).toBeCloseTo(0, 9);
    expect(at + rate * 60).toBeCloseTo(0.5, 9);
  });

  test.each([['speed', { ground_speed_kt: 280 }, 0.5], ['climb', { vertical_rate_fpm: 3000 }, 1]] as const)(
    'by %s', (colouring, plain, at) => {
      expect(shadeOf(skyOf({ ...PLAIN, ...plain }), 1, colouring).at).toBe(at);
      expect(shadeOf(skyOf(PLAIN), 1, colouring).at).toBeNaN();
    },
  );
});
