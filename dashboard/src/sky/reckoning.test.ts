import { expect, test } from 'vitest';
import { mercatorX, mercatorY, velocity } from './motion';
import { skyOf } from './sky.fake';

const METRE = 1 / 40_075_017;

test.each([
  [50.03331, -8.57062, 452.3, 271.4], [0, 0, 0, 0], [-85.05, 179.99999, 600, 359.9], [85.05112, -180, 3276.7, 360],
  [-33.9, 151.2, 140.1, 0.1], [0.00001, 12.5, 480, 90], [71.25, 5, 480, 180], [71.25, 5, 480, 270],
])('%d %d, %d kt on %d: as the formula has it, to a millimetre in an hour', (lat, lon, ground_speed_kt, track_deg) => {
  const sky = skyOf({ id: 'a', lat, lon, ground_speed_kt, track_deg });
  const [vx, vy] = velocity(lat, ground_speed_kt, track_deg);
  expect(Math.abs(sky.x[1]! - mercatorX(lon))).toBeLessThan(METRE / 1000);
  expect(Math.abs(sky.y[1]! - mercatorY(lat))).toBeLessThan(METRE / 1000);
  expect(Math.abs(sky.vx[1]! * 1000 - vx) * 3600).toBeLessThan(METRE / 1000);
  expect(Math.abs(sky.vy[1]! * 1000 - vy) * 3600).toBeLessThan(METRE / 1000);
});

test.each([
  ['no speed', { ground_speed_kt: NaN }], ['no track', { track_deg: NaN }], ['a place that Mercator has not', { lat: 89 }],
])('%s is no velocity', (_, none) => {
  const sky = skyOf({ id: 'a', lat: 50, lon: 8, ground_speed_kt: 480, track_deg: 90, ...none });
  expect([sky.vx[1], sky.vy[1]]).toEqual([0, 0]);
  expect(sky.y[1]).toBeCloseTo(mercatorY(sky.lat[1]!), 12);
});

test('a track may be told as one around the circle', () => {
  const on = (track_deg: number) => skyOf({ id: 'a', lat: 50, lon: 8, ground_speed_kt: 480, track_deg });
  expect(on(-90).vx[1]).toBeCloseTo(on(270).vx[1]!, 15);
  expect(on(450).vx[1]).toBeCloseTo(on(90).vx[1]!, 15);
});

test('no place is no place', () => {
  const sky = skyOf({ id: 'a', ground_speed_kt: 480, track_deg: 90 });
  expect([sky.x[1], sky.y[1], sky.vx[1]]).toEqual([NaN, NaN, 0]);
});
