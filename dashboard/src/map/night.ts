/**
 * The night side of the Earth as GeoJSON: the places where the sun is deeper than so many degrees
 * below the horizon. The sun's place after the Astronomical Almanac's low-precision formula
 * (0.01 degrees), which is a thousand times better than the eye needs here.
 */
import type { Feature, Polygon, Position } from 'geojson';

const RADIAN = Math.PI / 180;
const J2000_MS = Date.UTC(2000, 0, 1, 12);
const STEP_DEG = 3;

/** Latitude and longitude, in degrees, of the point with the sun overhead. */
export function subsolarPoint(timeMs: number): { lat: number; lon: number } {
  const days = (timeMs - J2000_MS) / 86_400_000;
  const anomaly = (357.529 + 0.98560028 * days) * RADIAN;
  const ecliptic = (280.459 + 0.98564736 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RADIAN;
  const tilt = 23.439 * RADIAN;
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic)) / RADIAN;
  const sidereal = 280.46062 + 360.98564737 * days;
  const lon = (((ascension - sidereal + 180) % 360) + 360) % 360 - 180;
  return { lat: Math.asin(Math.sin(tilt) * Math.sin(ecliptic)) / RADIAN, lon };
}

/**
 * Along one meridian the sine of the sun's depth is R cos(lat - deepest), so the night there is one
 * stretch around `deepest`, cut at the poles; where there is no night it shrinks to nothing.
 */
export function nightSide(timeMs: number, depressionDeg: number): Feature<Polygon> {
  const sun = subsolarPoint(timeMs);
  const [north, south]: [Position[], Position[]] = [[], []];
  for (let lon = -180; lon <= 180; lon += STEP_DEG) {
    const a = -Math.sin(sun.lat * RADIAN);
    const b = -Math.cos(sun.lat * RADIAN) * Math.cos((lon - sun.lon) * RADIAN);
    const deepest = Math.atan2(a, b) / RADIAN;
    const reach = Math.acos(Math.min(1, Math.sin(depressionDeg * RADIAN) / Math.hypot(a, b))) / RADIAN;
    north.push([lon, latitude(deepest + reach)]);
    south.push([lon, latitude(deepest - reach)]);
  }
  const ring = [...south, ...north.reverse(), south[0]!];
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } };
}

function latitude(degrees: number): number {
  return Math.max(-90, Math.min(90, degrees));
}
