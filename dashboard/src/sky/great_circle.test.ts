import { describe, expect, test } from 'vitest';
import { bearingDeg, closingKt, distanceM, progress } from './great_circle';

const FRANKFURT = { lat: 50.0333, lon: 8.5706 };
const NEW_YORK = { lat: 40.6398, lon: -73.7789 };

describe('distance', () => {
  test('from Frankfurt to New York is 6,185 km', () => {
    expect(distanceM(FRANKFURT, NEW_YORK) / 1000).toBeCloseTo(6185, -1);
  });

  test('goes the short way across 180 degrees', () => {
    expect(distanceM({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }) / 1000).toBeCloseTo(111.2, 1);
  });
});

describe('bearing', () => {
  test('to New York one leaves Frankfurt for the north west', () => {
    expect(bearingDeg(FRANKFURT, NEW_YORK)).toBeCloseTo(294, 0);
  });

  test('due north is 0, due west is 270', () => {
    expect(bearingDeg({ lat: 0, lon: 8 }, { lat: 1, lon: 8 })).toBeCloseTo(0, 6);
    expect(bearingDeg({ lat: 0, lon: 8 }, { lat: 0, lon: 7 })).toBeCloseTo(270, 6);
  });
});

describe('progress', () => {
  test('in the middle of the way half of it is done', () => {
    expect(progress({ lat: 0, lon: 0 }, { lat: 0, lon: 10 }, { lat: 0, lon: 20 })).toBeCloseTo(0.5, 9);
  });

  test('a flight around one airport has none', () => {
    expect(progress(FRANKFURT, { lat: 51, lon: 8 }, FRANKFURT)).toBeNull();
  });
});

describe('closing', () => {
  const west = { lat: 0, lon: 0, ground_speed_kt: 400, track_deg: 90 };
  const east = { lat: 0, lon: 5, ground_speed_kt: 450, track_deg: 270 };

  test('head on both speeds add up', () => {
    expect(closingKt(west, east)).toBeCloseTo(850, 6);
  });

  test('a faster one ahead on the same track goes away', () => {
    expect(closingKt(west, { ...east, track_deg: 90 })).toBeCloseTo(-50, 6);
  });

  test('without a track it is not known', () => {
    expect(closingKt(west, { ...east, track_deg: null })).toBeNull();
    expect(closingKt({ ...west, ground_speed_kt: NaN }, east)).toBeNull();
  });
});
