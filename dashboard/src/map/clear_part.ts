/** The part of the map that no panel covers: what is to be seen belongs there. */

import { latitude, longitude, mercatorX, mercatorY, type Place } from '../sky/motion';
import { worldPx } from './repaint';

/** A rectangle on the screen, CSS pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The largest rectangle within `whole` that none of these covers; the whole where they leave nothing. */
export function clearPart(whole: Area, covered: readonly Area[]): Area {
  const lefts = [whole.left, ...covered.map(({ right }) => right)];
  const rights = [whole.right, ...covered.map(({ left }) => left)];
  let best = whole;
  let most = 0;
  for (const left of lefts) {
    for (const right of rights) {
      if (left < whole.left || right > whole.right || right <= left) continue;
      const between = covered.filter((area) => area.left < right && area.right > left).sort((a, b) => a.top - b.top);
      let top = whole.top;
      for (const area of [...between, { top: whole.bottom, bottom: whole.bottom }]) {
        const bottom = Math.min(area.top, whole.bottom);
        const size = (right - left) * (bottom - top);
        if (bottom > top && size > most) {
          best = { left, top, right, bottom };
          most = size;
        }
        top = Math.max(top, area.bottom);
      }
    }
  }
  return best;
}

export function holds({ left, top, right, bottom }: Area, { x, y }: { x: number; y: number }): boolean {
  return x > left && x < right && y > top && y < bottom;
}

/** From the middle of a map to the middle of its clear part. */
export function offsetTo({ left, top, right, bottom }: Area, width: number, height: number): { x: number; y: number } {
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2 };
}

/**
 * Where a map of this zoom and bearing has its middle when the place is so many pixels beside it. MapLibre has an offset
 * of its own, which on a globe misses by half a screen when the way is long.
 */
export function centreBeside(place: Place, offset: { x: number; y: number }, zoom: number, bearing: number): Place {
  const [sin, cos] = [Math.sin((bearing * Math.PI) / 180), Math.cos((bearing * Math.PI) / 180)];
  const world = worldPx(zoom);
  const x = mercatorX(place.lon) - (offset.x * cos - offset.y * sin) / world;
  const y = mercatorY(place.lat) - (offset.x * sin + offset.y * cos) / world;
  return { lat: latitude(Math.min(1, Math.max(0, y))), lon: longitude(x) };
}
