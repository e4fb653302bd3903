import { expect, test } from 'vitest';
import { legText, legsOf, totalM } from './measured';

const EQUATOR = [{ lat: 0, lon: 0 }, { lat: 0, lon: 1 }, { lat: 1, lon: 1 }];

test('a way of three points has two legs, east and then north', () => {
  const legs = legsOf(EQUATOR);
  expect(legs.map(({ bearing }) => Math.round(bearing))).toEqual([90, 0]);
  expect(totalM(EQUATOR)).toBeCloseTo(2 * 111_195, -1);
});

test('a leg is told in the chosen unit, its direction in three digits', () => {
  const [east, north] = legsOf(EQUATOR);
  expect(legText(east!, 'aviation')).toBe('60 NM · 090°');
  expect(legText(north!, 'metric')).toBe('111 km · 000°');
});

test('359.7 degrees are north, not 360', () => {
  expect(legText({ from: EQUATOR[0]!, to: EQUATOR[1]!, metres: 1852_00, bearing: 359.7 }, 'aviation')).toBe('100 NM · 000°');
});

test('one point is no way yet', () => {
  expect(legsOf([EQUATOR[0]!])).toEqual([]);
  expect(totalM([])).toBe(0);
});
