import { describe, expect, test } from 'vitest';
import { nightSide, subsolarPoint } from './night';

const MIDSUMMER = Date.UTC(2026, 5, 21, 12);
const EQUINOX = Date.UTC(2026, 2, 20, 14, 46);

/** Whether a place lies inside, by counting the edges north of it. */
function dark(timeMs: number, depression: number, lon: number, lat: number): boolean {
  const ring = nightSide(timeMs, depression).geometry.coordinates[0] ?? [];
  let inside = false;
  ring.forEach(([x1 = 0, y1 = 0], i) => {
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
    if (x1 > lon !== x2 > lon && lat < y1 + ((y2 - y1) * (lon - x1)) / (x2 - x1)) inside = !inside;
  });
  return inside;
}

describe('the sun', () => {
  test('stands over the northern tropic at midsummer, near Greenwich at noon', () => {
    const { lat, lon } = subsolarPoint(MIDSUMMER);
    expect(lat).toBeCloseTo(23.43, 1);
    expect(lon).toBeCloseTo(0.45, 0);
  });

  test('crosses the equator in March', () => {
    expect(Math.abs(subsolarPoint(EQUINOX).lat)).toBeLessThan(0.05);
  });
});

describe('the night', () => {
  test.each([
    ['Greenwich at noon', 0, 51, false],
    ['the other side of the world', 179, 0, true],
    ['the North Pole in June', 20, 89, false],
    ['the South Pole in June', 20, -89, true],
    ['India in the evening', 100, 20, true],
    ['New York in the morning', -74, 40, false],
  ])('%s', (_, lon, lat, expected) => {
    expect(dark(MIDSUMMER, 0, lon, lat)).toBe(expected);
  });

  test('is smaller the deeper the sun must be', () => {
    expect(dark(MIDSUMMER, 0, 94, 0)).toBe(true);
    expect(dark(MIDSUMMER, 12, 94, 0)).toBe(false);
    expect(dark(MIDSUMMER, 12, 179, 0)).toBe(true);
  });

  test('leaves no hole where it reaches no meridian', () => {
    expect(dark(EQUINOX, 12, subsolarPoint(EQUINOX).lon, 0)).toBe(false);
  });
});
