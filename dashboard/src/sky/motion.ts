/**
 * Dead reckoning, the formula the server and every client share: straight ahead in Web Mercator at
 * the speed over ground a flight had at its place. `x` and `y` run from 0 to 1 over the world,
 * west to east and north to south. However long ago that was: a flight that is not sent is right.
 * src/aerotrack/core/motion.py has the same lines, and both read the cases of tests/golden/motion.json.
 */

export const CIRCUMFERENCE_M = 40_075_016.68557849;
export const KNOT = 0.514444; // m/s
export const RADIAN = Math.PI / 180;
export const LAST_LATITUDE = 85.0511287798066; // where Web Mercator ends
const STILL: readonly [number, number] = [0, 0];

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

/** From -180 to 180, however often `x` went around the world. */
export function longitude(x: number): number {
  return (x - Math.floor(x) - 0.5) * 360;
}

/** Worlds per second, east and south; nothing if speed or track is not known (NaN), or Mercator does not reach there. */
export function velocity(lat: number, groundSpeedKt: number, trackDeg: number): readonly [vx: number, vy: number] {
  if (!(Math.abs(lat) <= LAST_LATITUDE) || Number.isNaN(groundSpeedKt) || Number.isNaN(trackDeg)) return STILL;
  // cosh(pi (1 - 2 y)) of the place is 1 / cos(lat)
  const speed = (KNOT * groundSpeedKt) / (CIRCUMFERENCE_M * Math.cos(lat * RADIAN));
  return [speed * Math.sin(trackDeg * RADIAN), -speed * Math.cos(trackDeg * RADIAN)];
}

/** Where a flight is `seconds` after it was at `place`; there still, if speed or track is not known. */
export function extrapolate(place: Place, groundSpeedKt: number, trackDeg: number, seconds: number): Place {
  const [vx, vy] = velocity(place.lat, groundSpeedKt, trackDeg);
  if (seconds === 0 || (vx === 0 && vy === 0)) return place;
  return {
    lat: latitude(mercatorY(place.lat) + vy * seconds),
    lon: longitude(mercatorX(place.lon) + vx * seconds),
  };
}
