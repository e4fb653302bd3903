import { describe, expect, test } from 'vitest';
import { skyOf, tell } from '../sky/sky.fake';
import { mercatorX, mercatorY } from '../sky/motion';
import { FLAG, PAGE, Records, WORDS } from './aircraft_records';

const START = 1_790_000_000_000;
const METRES = 40_075_017;
const CRUISE = { id: 'a', lat: 50, lon: 8, ground_speed_kt: 480, track_deg: 90, time: START };
const at = (seconds: number, wall = seconds) => ({ stream: START + seconds * 1000, wall: wall * 1000 });
const ANYWHERE = () => true;

function recordsOf(...plains: Parameters<typeof skyOf>) {
  const sky = skyOf(...plains);
  const records = new Records(sky);
  records.reserve();
  records.rebase(at(0));
  records.move([...sky.slots()], at(0), false, ANYWHERE);
  records.changed();
  return { sky, records };
}

function placeOf(records: Records, moment: { stream: number; wall: number }, raw = false) {
  return { ...records.place(1, moment, raw, { x: 0, y: 0 }) };
}

describe('a flight', () => {
  test.each([0, 1, 60, 1800])('is drawn where the formula has it after %d s, to the decimetre', (seconds) => {
    const { sky, records } = recordsOf(CRUISE);
    const { x, y } = placeOf(records, at(seconds));
    expect(x * METRES).toBeCloseTo((sky.x[1]! + sky.vx[1]! * seconds * 1000) * METRES, 1);
    expect(y * METRES).toBeCloseTo((sky.y[1]! + sky.vy[1]! * seconds * 1000) * METRES, 1);
  });

  test('is drawn where it was heard last, for those who want that', () => {
    const { records } = recordsOf(CRUISE);
    expect(placeOf(records, at(60), true).x).toBeCloseTo(mercatorX(8), 8);
  });

  test('without a time stays where it is', () => {
    const { records } = recordsOf({ ...CRUISE, time: NaN });
    expect(placeOf(records, at(600)).x).toBeCloseTo(mercatorX(8), 8);
  });

  test('without a place is not drawn', () => {
    const { sky, records } = recordsOf(CRUISE);
    tell(sky, [{ ...CRUISE, lat: NaN, lon: NaN }]);
    records.move([1], at(1), true, ANYWHERE);
    expect(records.flags(1) & FLAG.placed).toBe(0);
  });

  test('may be at the edges of the map', () => {
    const { records } = recordsOf({ ...CRUISE, lat: -85.06, lon: 180 });
    expect(placeOf(records, at(0)).y).toBeCloseTo(1, 6);
    expect(placeOf(records, at(0)).x % 1).toBeCloseTo(0, 6);
  });
});

describe('a correction', () => {
  const news = { ...CRUISE, lat: 50.01, time: START + 10_000, track_deg: 80 };

  test('begins where the flight was drawn, and fades', () => {
    const { sky, records } = recordsOf(CRUISE);
    const before = placeOf(records, at(10));
    tell(sky, [news]);
    const slid = records.move([1], at(10), true, ANYWHERE);
    expect(slid).toBeGreaterThan(0);
    const shown = placeOf(records, at(10));
    expect(shown.x).toBeCloseTo(before.x, 9);
    expect(shown.y).toBeCloseTo(before.y, 9);
    const late = placeOf(records, at(18));
    expect(late.y).toBeCloseTo(sky.y[1]! + sky.vy[1]! * 8000, 9);
  });

  test('fades by the wall, however fast the stream runs', () => {
    const { sky, records } = recordsOf(CRUISE);
    tell(sky, [{ ...news, ground_speed_kt: 0 }]);
    records.move([1], at(10, 0), true, ANYWHERE);
    const off = (seconds: number) => placeOf(records, at(10 + seconds * 100, seconds)).y - sky.y[1]!;
    expect(off(1) / off(0)).toBeCloseTo(Math.exp(-2.5), 4);
  });

  test('is not made of a jump of more than 12 km, nor on another time line', () => {
    const { sky, records } = recordsOf(CRUISE);
    tell(sky, [{ ...CRUISE, lat: 51 }]);
    expect(records.move([1], at(0), true, ANYWHERE)).toBe(0);
    expect(placeOf(records, at(0)).y).toBeCloseTo(mercatorY(51), 8);
    tell(sky, [{ ...CRUISE, lat: 51.01 }]);
    expect(records.move([1], at(0), false, ANYWHERE)).toBe(0);
    expect(placeOf(records, at(0)).y).toBeCloseTo(mercatorY(51.01), 8);
  });

  test('goes the short way across 180 degrees', () => {
    const { sky, records } = recordsOf({ ...CRUISE, lon: 179.99, ground_speed_kt: 0 });
    tell(sky, [{ ...CRUISE, lon: -179.99, ground_speed_kt: 0 }]);
    expect(records.move([1], at(0), true, ANYWHERE)).toBeCloseTo(0.02 / 360, 8);
  });

  test.each([[350, 10, -20], [10, 350, 20], [90, 100, -10]])('of the heading from %d to %d goes the short way', (from, to, turn) => {
    const { sky, records } = recordsOf({ ...CRUISE, track_deg: from });
    tell(sky, [{ ...CRUISE, track_deg: to }]);
    records.move([1], at(0), true, ANYWHERE);
    const packed = records.bits[WORDS + 10]!;
    expect(((packed & 0xffff) / 65536) * 360).toBeCloseTo(to, 1);
    expect(((packed >> 16) / 65536) * 360).toBeCloseTo(turn, 1);
  });
});

test('a new time base moves nothing', () => {
  const { sky, records } = recordsOf(CRUISE);
  tell(sky, [{ ...CRUISE, lat: 50.01 }]);
  records.move([1], at(4000, 10), true, ANYWHERE);
  const before = placeOf(records, at(4000, 10.2));
  expect(records.rebase(at(4000, 10.2))).toBe(true);
  const after = placeOf(records, at(4000, 10.2));
  expect(after.x).toBeCloseTo(before.x, 9);
  expect(after.y).toBeCloseTo(before.y, 9);
  expect(records.rebase(at(4001, 11))).toBe(false);
});

describe('pages', () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...CRUISE, id: `f${i}` }));

  test('hold only what changed, neighbours together', () => {
    const { records } = recordsOf(...many);
    records.move([1], at(1), true, ANYWHERE);
    records.move([PAGE + 1], at(1), true, ANYWHERE);
    records.look(3 * PAGE + 1, FLAG.shown);
    expect(records.changed()).toEqual([[0, 2 * PAGE], [3 * PAGE, 4 * PAGE]]);
    expect(records.changed()).toEqual([]);
  });

  test('are not touched by flags that stay', () => {
    const { records } = recordsOf(...many);
    records.look(1, FLAG.shown);
    records.changed();
    records.look(1, FLAG.shown);
    expect(records.changed()).toEqual([]);
  });

  test('are all new when the GPU has forgotten them', () => {
    const { records } = recordsOf(CRUISE);
    records.forget();
    expect(records.changed()).toBeNull();
  });
});

test('a slot that is used again starts afresh', () => {
  const { sky, records } = recordsOf(CRUISE);
  records.look(1, FLAG.shown | FLAG.selected);
  expect([...records.front]).toEqual([1]);
  records.clear(1);
  expect(records.flags(1)).toBe(0);
  expect([...records.front]).toEqual([]);
  tell(sky, [{ ...CRUISE, lat: 50.01 }]);
  expect(records.move([1], at(0), true, ANYWHERE)).toBe(0);
});

test('how it looks and where it is do not disturb each other', () => {
  const { records } = recordsOf(CRUISE);
  records.shade(1, { at: 0.5, rate: 0, earthen: false });
  records.look(1, FLAG.shown | 3);
  expect(records.flags(1)).toBe(FLAG.shown | 3 | FLAG.placed | FLAG.shaded);
  records.shade(1, { at: NaN, rate: 0, earthen: true });
  expect(records.flags(1)).toBe(FLAG.shown | 3 | FLAG.placed | FLAG.earthen);
});
