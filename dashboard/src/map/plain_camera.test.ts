import { expect, test } from 'vitest';
import { mercatorX, mercatorY } from '../sky/motion';
import { PlainCamera } from './plain_camera';

const frankfurt = PlainCamera.at({ lat: 50, lon: 8.5 }, 5, 800, 600);

test('the place the camera looks at is in the middle of the canvas', () => {
  const { x, y } = frankfurt.project(mercatorX(8.5), mercatorY(50));
  expect(x).toBeCloseTo(400, 6);
  expect(y).toBeCloseTo(300, 6);
});

test('what is at the pointer stays there while one zooms', () => {
  const nearer = frankfurt.zoomed(1.5, { x: 100, y: 500 });
  const under = { x: frankfurt.x + (100 - 400) / frankfurt.scale, y: frankfurt.y + (500 - 300) / frankfurt.scale };
  const { x, y } = nearer.project(under.x, under.y);
  expect(nearer.zoom).toBe(6.5);
  expect(x).toBeCloseTo(100, 6);
  expect(y).toBeCloseTo(500, 6);
});

test('across the antimeridian the nearest copy of the world is drawn', () => {
  const fiji = PlainCamera.at({ lat: -18, lon: 178 }, 5, 800, 600);
  expect(fiji.project(mercatorX(-178), mercatorY(-18)).x).toBeCloseTo(400 + (4 / 360) * fiji.scale, 6);
});

test('a box is fitted with room to spare, also across the antimeridian', () => {
  const camera = PlainCamera.over([170, -30, -170, -10], 800, 600, 8);
  const left = camera.project(mercatorX(170), mercatorY(-10));
  const right = camera.project(mercatorX(-170), mercatorY(-30));
  expect(left.x).toBeGreaterThanOrEqual(39.9);
  expect(left.y).toBeGreaterThanOrEqual(39.9);
  expect(right.x).toBeLessThanOrEqual(760.1);
  expect(right.y).toBeLessThanOrEqual(560.1);
});

test('a single place is fitted no nearer than it was said', () => {
  expect(PlainCamera.over([8.5, 50, 8.5, 50], 800, 600, 8).zoom).toBe(8);
});

test('nobody drags the map beyond a pole', () => {
  const north = frankfurt.moved(0, -1e6);
  expect(north.project(0, 0).y).toBeCloseTo(0, 6);
});

test('the bounds are those of the canvas', () => {
  const [west, south, east, north] = frankfurt.bounds;
  expect(east - west).toBeCloseTo((800 / frankfurt.scale) * 360, 9);
  expect(frankfurt.project(mercatorX(west), mercatorY(north))).toEqual({ x: expect.closeTo(0, 6), y: expect.closeTo(0, 6) });
  expect(frankfurt.project(mercatorX(east), mercatorY(south))).toEqual({ x: expect.closeTo(800, 6), y: expect.closeTo(600, 6) });
});
