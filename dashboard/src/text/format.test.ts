import { expect, test } from 'vitest';
import { age, altitude, climb, degrees, distance, emergency, feet, knots, text } from './format';

test('what is not known is a dash', () => {
  expect([feet(null), knots(null), degrees(null), climb(null), text(null), text('  '), age(null)]).toEqual(
    Array(7).fill('–'),
  );
});

test('0 is a value', () => {
  expect([feet(0), knots(0), degrees(0)]).toEqual(['0 ft', '0 kt', '000°']);
});

test('numbers are rounded and grouped', () => {
  expect([feet(37_025), knots(451.6), feet(-0.3)]).toEqual(['37,025 ft', '452 kt', '0 ft']);
});

test('a track has three digits, and 359.8 is north', () => {
  expect([degrees(7.2), degrees(359.8)]).toEqual(['007°', '000°']);
});

test('on the ground there is no altitude to tell', () => {
  expect([altitude(100, true), altitude(100, false), altitude(100, null)]).toEqual(['on ground', '100 ft', '100 ft']);
});

test('climbing and sinking have arrows', () => {
  expect([climb(1216), climb(-640), climb(64)]).toEqual(['↑ 1,216 ft/min', '↓ 640 ft/min', 'level']);
});

test('an age grows coarser', () => {
  expect([age(-40), age(400), age(42_900), age(150_000), age(7_300_000)]).toEqual([
    '0.0 s', '0.4 s', '42 s', '2 min', '2 h',
  ]);
});

test('an emergency has a name, even one this page does not know', () => {
  expect([emergency('no_radio'), emergency('volcano')]).toEqual(['No radio', 'Emergency: volcano']);
});

test('heights, speeds, climbs and distances are told in the units that were chosen', () => {
  expect([feet(10_000, 'metric'), altitude(10_000, false, 'metric'), knots(100, 'imperial'), climb(-1969, 'metric')]).toEqual([
    '3,048 m', '3,048 m', '115 mph', '↓ 10.0 m/s',
  ]);
  expect([distance(1852, 'aviation'), distance(null)]).toEqual(['1.0 NM', '–']);
});
