import { describe, expect, test } from 'vitest';
import { factsOf } from '../sky/sky.fake';
import { corner, declutter, labelLines, type Wish } from './labels';

const WISH: Wish = { key: 1, x: 100, y: 100, width: 50, height: 12, gap: 16, always: false, side: undefined };
const placed = (wishes: readonly Wish[], aircraft: readonly (readonly [number, number])[] = [], most = 200) =>
  [...declutter(wishes, aircraft, 400, 400, most)];

describe('a label', () => {
  test('goes to the right of its aircraft', () => {
    expect(placed([WISH])).toEqual([[1, 0]]);
    expect(corner(0, WISH)).toEqual([16, -6]);
  });

  test('goes elsewhere if an aircraft is there', () => {
    expect(placed([WISH], [[130, 100]])).toEqual([[1, 1]]);
  });

  test('goes elsewhere if another label is there', () => {
    const sides = placed([WISH, { ...WISH, key: 2 }, { ...WISH, key: 3 }, { ...WISH, key: 4 }, { ...WISH, key: 5 }]);
    expect(sides).toEqual([[1, 0], [2, 1], [3, 2], [4, 3]]);
  });

  test('stays on the side it had', () => {
    expect(placed([{ ...WISH, side: 3 }])).toEqual([[1, 3]]);
  });

  test('is shown without room if it must be', () => {
    const around = [[130, 100], [70, 100], [100, 120], [100, 80]] as const;
    expect(placed([WISH], around)).toEqual([]);
    expect(placed([{ ...WISH, always: true }], around)).toEqual([[1, 0]]);
  });

  test('is one of so many at most', () => {
    expect(placed([WISH, { ...WISH, key: 2, y: 200 }, { ...WISH, key: 3, y: 300 }], [], 2)).toHaveLength(2);
  });

  test('may hang over the edge of the screen', () => {
    expect(placed([{ ...WISH, x: 390 }])).toEqual([[1, 0]]);
  });
});

describe('its text', () => {
  const motion = { altitude_ft: 35_020, ground_speed_kt: 451.6, vertical_rate_fpm: 1200 };
  const facts = factsOf({ id: '4ca2d6-0', callsign: 'DLH4AB', registration: 'D-AIMA' });

  test.each([
    ['callsign', facts, ['DLH4AB']],
    ['full', facts, ['DLH4AB', '35,000 ft ↑  452 kt']],
    ['full', { ...facts, on_ground: true }, ['DLH4AB', 'on ground  452 kt']],
    ['callsign', { ...facts, callsign: null }, ['D-AIMA']],
    ['callsign', { ...facts, callsign: '  ', registration: null }, ['4CA2D6']],
  ] as const)('for %s', (labels, of, lines) => {
    expect(labelLines(of, motion, labels, 'aviation')).toEqual(lines);
  });

  test('leaves out what is not known', () => {
    const unknown = { altitude_ft: NaN, ground_speed_kt: NaN, vertical_rate_fpm: NaN };
    expect(labelLines(facts, unknown, 'full', 'aviation')).toEqual(['DLH4AB']);
    expect(labelLines(facts, { ...unknown, altitude_ft: 0 }, 'full', 'metric')).toEqual(['DLH4AB', '0 m']);
  });
});
