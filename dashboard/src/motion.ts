/**
 * Dead reckoning, the formula the server and every client share: straight ahead in Web Mercator at
 * the speed over ground a flight had at its place. `x` and `y` run from 0 to 1 over the world,
 * west to east and north to south. However long ago that was: a flight that is not sent is right.
 * src/aerotrack/core/motion.py has the same lines, and both read the cases of tests/golden/motion.json.
 */

const CIRCUMFERENCE_M = 40_075_016.68557849;
const KNOT = 0.514444; // m/s
const RADIAN = Math.PI / 180;
const LAST_LATITUDE = 85.0511287798066; // where Web Mercator ends

export interface Place {
  lat: number;
  lon: number;
}

export function mercatorX(lon: number): number {
  return lon / 360 + 0.5;
}

export function mercatorY(lat: number): number {
  const clamped = Math.max(-LAST_LATITUDE, Math.min(LAST_LATITUDE, lat));
  return 0.5 - Math.asinh(Math.tan(clamped * RADIAN)) / (2 * Math.PI);
}

export function latitude(y: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / RADIAN;
}

/** Where a flight is `seconds` after it was at `place`; there still, if speed or track is not known. */
export function extrapolate(
  place: Place,
  groundSpeedKt: number | null,
  trackDeg: number | null,
  seconds: number,
): Place {
  if (groundSpeedKt === null || trackDeg === null || seconds === 0) return place;
  if (Math.abs(place.lat) > LAST_LATITUDE) return place;
  const y = mercatorY(place.lat);
  const perMetre = Math.cosh(Math.PI * (1 - 2 * y)) / CIRCUMFERENCE_M;
  const way = perMetre * KNOT * groundSpeedKt * seconds;
  const x = mercatorX(place.lon) + way * Math.sin(trackDeg * RADIAN);
  return { lat: latitude(y - way * Math.cos(trackDeg * RADIAN)), lon: (x - Math.floor(x) - 0.5) * 360 };
}

/** The altitude `seconds` after it was `altitudeFt`; the same still, if the vertical rate is not known. */
export function climbed(altitudeFt: number | null, verticalRateFpm: number | null, seconds: number): number | null {
  return altitudeFt === null || verticalRateFpm === null ? altitudeFt : altitudeFt + (verticalRateFpm * seconds) / 60;
}
