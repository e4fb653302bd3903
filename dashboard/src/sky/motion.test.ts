import { describe, expect, test } from 'vitest';
import golden from '../../../tests/golden/motion.json';
import { extrapolate, latitude, mercatorX, mercatorY } from './motion';

const FRANKFURT = { lat: 50.0333, lon: 8.5706 };
const METRES_PER_DEGREE = 111_319.49; // of latitude on the sphere of the formula

describe('the projection', () => {
  test('puts the origin in the middle of the world', () => {
    expect([mercatorX(0), mercatorY(0)]).toEqual([0.5, 0.5]);
  });

  test('puts 60 degrees north where EPSG:3857 does', () => {
    expect(mercatorY(60)).toBeCloseTo(0.5 - 8_399_737.889818 / 40_075_016.685578, 12);
  });

  test('comes back to the latitude it began with', () => {
    expect(latitude(mercatorY(-71.25))).toBeCloseTo(-71.25, 10);
  });

  test('ends at 85.05 degrees', () => {
    expect(mercatorY(89)).toBeCloseTo(0, 9);
  });
});

describe('dead reckoning', () => {
  test.each(golden.cases)('from $lat $lon, $ground_speed_kt kt on $track_deg, $seconds s: as in Python', (its) => {
    const place = extrapolate(its, its.ground_speed_kt ?? NaN, its.track_deg ?? NaN, its.seconds);
    const degrees = ((((place.lon - its.to_lon) % 360) + 540) % 360) - 180;
    const east = degrees * Math.cos((its.to_lat * Math.PI) / 180);
    expect(Math.hypot(place.lat - its.to_lat, east) * METRES_PER_DEGREE).toBeLessThan(1);
    expect(Math.abs(place.lon)).toBeLessThanOrEqual(180);
  });

  test('north for an hour at 60 kt is one degree of latitude and a little', () => {
    const { lat, lon } = extrapolate({ lat: 0, lon: 0 }, 60, 0, 3600);
    expect(lat).toBeCloseTo((60 * 0.514444 * 3600) / METRES_PER_DEGREE, 3);
    expect(lon).toBe(0);
  });

  test('east at 50 degrees north covers more longitude than on the equator', () => {
    const { lat, lon } = extrapolate(FRANKFURT, 450, 90, 10);
    expect(lat).toBeCloseTo(FRANKFURT.lat, 9);
    const metres = 450 * 0.514444 * 10;
    const cosine = Math.cos((FRANKFURT.lat * Math.PI) / 180);
    expect(lon - FRANKFURT.lon).toBeCloseTo(metres / (METRES_PER_DEGREE * cosine), 6);
  });

  test('track 0 is a track, and speed 0 a speed', () => {
    expect(extrapolate(FRANKFURT, 400, 0, 60).lat).toBeGreaterThan(FRANKFURT.lat + 0.1);
    expect(extrapolate(FRANKFURT, 0, 0, 60).lat).toBeCloseTo(FRANKFURT.lat, 10);
  });

  test('without a known speed or track a flight stays', () => {
    expect(extrapolate(FRANKFURT, NaN, 90, 60)).toEqual(FRANKFURT);
    expect(extrapolate(FRANKFURT, 400, NaN, 60)).toEqual(FRANKFURT);
  });

  test('crosses 180 degrees both ways', () => {
    expect(extrapolate({ lat: 0, lon: 179.99 }, 480, 90, 60).lon).toBeCloseTo(-179.877, 3);
    expect(extrapolate({ lat: 0, lon: -179.99 }, 480, 270, 60).lon).toBeCloseTo(179.877, 3);
  });

  test('is never cut short by age: a straight flight may be silent for minutes', () => {
    const { lon } = extrapolate({ lat: 0, lon: 0 }, 480, 90, 1200);
    expect(lon).toBeCloseTo((480 * 0.514444 * 1200) / METRES_PER_DEGREE, 6);
  });

  test('goes back before the position too', () => {
    expect(extrapolate({ lat: 0, lon: 0 }, 480, 90, -60).lon).toBeLessThan(0);
  });

  test('beyond the end of the map a flight stays where it was heard', () => {
    expect(extrapolate({ lat: 88, lon: 10 }, 480, 90, 60)).toEqual({ lat: 88, lon: 10 });
  });
});
