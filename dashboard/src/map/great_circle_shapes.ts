/**
 * Shapes along great circles, as the map draws them: longitudes go on beyond 180 degrees where a line does, since a
 * jump would be a line around the world.
 */
import type { Position } from 'geojson';
import { EARTH_M, bearingDeg, distanceM } from '../sky/great_circle';
import type { Place } from '../sky/motion';

const RADIAN = Math.PI / 180;
const STEPS = 120; // of a circle: a corner every 3 degrees
const STRETCH_M = 50_000; // of an arc

/** Where one comes to, setting off in a direction. */
export function destination(from: Place, bearing: number, metres: number): Place {
  const [lat, turn, way] = [from.lat * RADIAN, bearing * RADIAN, metres / EARTH_M];
  const sine = Math.sin(lat) * Math.cos(way) + Math.cos(lat) * Math.sin(way) * Math.cos(turn);
  const east = Math.sin(turn) * Math.sin(way) * Math.cos(lat);
  const there = Math.asin(Math.max(-1, Math.min(1, sine)));
  return { lat: there / RADIAN, lon: from.lon + Math.atan2(east, Math.cos(way) - Math.sin(lat) * sine) / RADIAN };
}

/** All places so far away, once around. */
export function circle(middle: Place, metres: number): Position[] {
  const ring = Array.from({ length: STEPS + 1 }, (_, step) => position(destination(middle, (step * 360) / STEPS, metres)));
  return unbroken(ring);
}

/** The shortest way between two places. */
export function arc(from: Place, to: Place): Position[] {
  const length = distanceM(from, to);
  const stretches = Math.max(1, Math.ceil(length / STRETCH_M));
  const bearing = bearingDeg(from, to);
  const line = Array.from({ length: stretches + 1 }, (_, i) => position(destination(from, bearing, (length * i) / stretches)));
  return unbroken(line);
}

/** Each longitude within half the world of the one before. */
export function unbroken(line: readonly Position[]): Position[] {
  let before: number | null = null;
  return line.map(([lon, lat]) => {
    const near: number = before === null ? lon! : lon! + 360 * Math.round((before - lon!) / 360);
    before = near;
    return [near, lat!];
  });
}

function position({ lat, lon }: Place): Position {
  return [lon, lat];
}
