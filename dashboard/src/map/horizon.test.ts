import { expect, test } from 'vitest';
import { horizonDeg } from './horizon';

test('from far away nearly half of the globe is seen, from near by little of it', () => {
  expect(horizonDeg(-8, 0, 800)).toBeGreaterThan(88);
  expect(horizonDeg(-8, 0, 800)).toBeLessThan(90);
  expect(horizonDeg(12, 0, 800)).toBeLessThan(5);
});

test('from one radius above the ground the horizon is 60 degrees away', () => {
  const radius = 512 / (2 * Math.PI);
  expect(horizonDeg(0, 0, radius / 1.5)).toBeCloseTo(60, 6);
});

test('the globe is drawn larger around a middle far from the equator, so less of it is seen', () => {
  expect(horizonDeg(1, 60, 800)).toBeLessThan(horizonDeg(1, 0, 800));
});
