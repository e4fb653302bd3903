import { expect, test } from 'vitest';
import { measured, unitOf } from './units';

test('aviation speaks of feet, knots, feet per minute and nautical miles', () => {
  expect([
    measured(37_025, 'altitude', 'aviation'), measured(451.6, 'speed', 'aviation'),
    measured(-1216, 'climb', 'aviation'), measured(185_200, 'distance', 'aviation'),
  ]).toEqual(['37,025 ft', '452 kt', '-1,216 ft/min', '100 NM']);
});

test('metric speaks of metres, kilometres per hour, metres per second and kilometres', () => {
  expect([
    measured(10_000, 'altitude', 'metric'), measured(100, 'speed', 'metric'),
    measured(1969, 'climb', 'metric'), measured(185_200, 'distance', 'metric'),
  ]).toEqual(['3,048 m', '185 km/h', '10.0 m/s', '185 km']);
});

test('imperial speaks of feet, and of miles on the ground and over it', () => {
  expect([measured(10_000, 'altitude', 'imperial'), measured(100, 'speed', 'imperial'), measured(160_934.4, 'distance', 'imperial')])
    .toEqual(['10,000 ft', '115 mph', '100 mi']);
});

test('a short distance has a tenth', () => {
  expect([measured(2315, 'distance', 'aviation'), measured(0, 'distance', 'metric')]).toEqual(['1.3 NM', '0.0 km']);
});

test('a little below zero is zero, without a sign', () => {
  expect(measured(-0.3, 'altitude', 'aviation')).toBe('0 ft');
});

test('a unit can be had for an axis', () => {
  expect(unitOf('speed', 'metric')).toEqual({ name: 'km/h', factor: 1.852 });
});
