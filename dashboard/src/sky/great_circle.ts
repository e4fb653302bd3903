/** Distances and bearings over a round Earth, along great circles. */
import type { Place } from './motion';

export const EARTH_M = 6_371_008.8; // the mean radius
const RADIAN = Math.PI / 180;

/** Metres from one place to another. */
export function distanceM(from: Place, to: Place): number {
  const [a, b] = [from.lat * RADIAN, to.lat * RADIAN];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((to.lon - from.lon) * RADIAN) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** The direction in which one sets off for the other place, 0 to 360 degrees. */
export function bearingDeg(from: Place, to: Place): number {
  const [a, b, turn] = [from.lat * RADIAN, to.lat * RADIAN, (to.lon - from.lon) * RADIAN];
  const east = Math.sin(turn) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
  return (Math.atan2(east, north) / RADIAN + 360) % 360;
}

/** The part of a way that lies behind, 0 to 1, by the distances to its ends; null if both are one place. */
export function progress(origin: Place, here: Place, destination: Place): number | null {
  const [done, left] = [distanceM(origin, here), distanceM(here, destination)];
  return distanceM(origin, destination) < 1 ? null : done / (done + left);
}

/** How fast two flights come nearer to one another, in knots; below 0 they part. Null while a motion is not known. */
export function closingKt(a: Moving, b: Moving): number | null {
  if (!isKnown(a) || !isKnown(b)) return null;
  return along(a, bearingDeg(a, b)) + along(b, bearingDeg(b, a));
}

/** A place and how it moves; NaN or null is not known. */
export interface Moving extends Place {
  readonly ground_speed_kt: number | null;
  readonly track_deg: number | null;
}

function isKnown(moving: Moving): boolean {
  return Number.isFinite(moving.ground_speed_kt ?? NaN) && Number.isFinite(moving.track_deg ?? NaN);
}

function along({ ground_speed_kt, track_deg }: Moving, bearing: number): number {
  return ground_speed_kt! * Math.cos((track_deg! - bearing) * RADIAN);
}
