/** A measured way: its legs along great circles. */
import { bearingDeg, distanceM } from '../sky/great_circle';
import type { Place } from '../sky/motion';
import type { Units } from '../state/state';
import { measured } from '../text/units';

export interface Leg {
  readonly from: Place;
  readonly to: Place;
  readonly metres: number;
  /** The direction in which one sets off. */
  readonly bearing: number;
}

export function legsOf(points: readonly Place[]): Leg[] {
  return points.slice(1).map((to, i) => {
    const from = points[i]!;
    return { from, to, metres: distanceM(from, to), bearing: bearingDeg(from, to) };
  });
}

export function totalM(points: readonly Place[]): number {
  return legsOf(points).reduce((sum, { metres }) => sum + metres, 0);
}

/** `412 NM · 084°` */
export function legText({ metres, bearing }: Leg, units: Units): string {
  const degrees = Math.round(bearing) % 360;
  return `${measured(metres, 'distance', units)} · ${String(degrees).padStart(3, '0')}°`;
}
