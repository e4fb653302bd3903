import { expect, test } from 'vitest';
import { bearingDeg, distanceM } from '../sky/great_circle';
import { arc, circle, destination, unbroken } from './great_circle_shapes';

const FRANKFURT = { lat: 50.03, lon: 8.57 };
const NEW_YORK = { lat: 40.64, lon: -73.78 };

test('who goes a way and asks for its length and direction gets both back', () => {
  const there = destination(FRANKFURT, 300, 400_000);
  expect(distanceM(FRANKFURT, there)).toBeCloseTo(400_000, 3);
  expect(bearingDeg(FRANKFURT, there)).toBeCloseTo(300, 6);
});

test('a circle is as far from its middle all around, and closed', () => {
  const ring = circle(FRANKFURT, 250 * 1852);
  for (const [lon, lat] of ring) expect(distanceM(FRANKFURT, { lat: lat!, lon: lon! })).toBeCloseTo(463_000, 2);
  expect(ring.at(-1)![0]).toBeCloseTo(ring[0]![0]!, 9);
});

test('an arc over the Atlantic goes further north than both of its ends', () => {
  const line = arc(FRANKFURT, NEW_YORK);
  expect(Math.max(...line.map(([, lat]) => lat!))).toBeGreaterThan(53);
  expect(line.at(-1)![1]).toBeCloseTo(40.64, 6);
});

test('a line over the antimeridian goes on instead of turning back around the world', () => {
  const line = arc({ lat: 35, lon: 170 }, { lat: 40, lon: -160 });
  expect(line.at(-1)![0]).toBeCloseTo(200, 6);
  expect(unbroken([[179, 0], [-179, 0], [-178, 1]])).toEqual([[179, 0], [181, 0], [182, 1]]);
});

test('a place measured to itself is one short line, not a hole in the map', () => {
  expect(arc(FRANKFURT, FRANKFURT)).toHaveLength(2);
});
