/** Which flight is drawn at a pixel. */
import { project, type Shot } from './aircraft_projection';
import { FLAG, type Moment, type Records } from './aircraft_records';

/** Half of an airliner on the screen, CSS pixels. */
export function halfSize(zoom: number, scale: number): number {
  const [low, high] = [SIZES.findLast(([at]) => at <= zoom) ?? SIZES[0]!, SIZES.find(([at]) => at > zoom) ?? SIZES.at(-1)!];
  const part = high[0] === low[0] ? 0 : Math.max(0, (zoom - low[0]) / (high[0] - low[0]));
  return (low[1] + (high[1] - low[1]) * part) * scale;
}

const SIZES: readonly (readonly [zoom: number, size: number])[] = [
  [0.5, 4], [2, 5.4], [3.5, 7.8], [5, 10], [7, 12.5], [9, 14.5], [11, 17], [13, 20], [15, 24],
];

const world = { x: 0, y: 0 };
const pixel = { x: 0, y: 0 };

/** A part of the world that holds all that is drawn near a pixel: what is outside need not be projected. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

/** The window of some places around a pixel, in worlds; null if it is not to be trusted: near a pole or behind the rim. */
export function windowOf(places: readonly { readonly x: number; readonly y: number }[]): Window | null {
  const first = places[0]!;
  let [across, down] = [0, 0];
  for (const place of places) {
    if (!(place.y > 0.05 && place.y < 0.95)) return null;
    const dx = place.x - first.x;
    across = Math.max(across, Math.abs(dx - Math.round(dx)));
    down = Math.max(down, Math.abs(place.y - first.y));
  }
  return across < 0.1 ? { x: first.x, y: first.y, across: 2 * across, down: 2 * down } : null;
}

/** The slot of the flight nearest to a pixel, at most `reach` from it; -1 if there is none. Ghosts cannot be picked. */
export function slotAt(
  records: Records, end: number, shot: Shot, moment: Moment, raw: boolean, x: number, y: number, reach: number,
  window: Window | null = null,
): number {
  let [nearest, least] = [-1, reach * reach];
  for (let slot = 1; slot < end; slot++) {
    if ((records.flags(slot) & (FLAG.shown | FLAG.placed | FLAG.ghost)) !== (FLAG.shown | FLAG.placed)) continue;
    records.place(slot, moment, raw, world);
    if (window) {
      const dx = world.x - window.x;
      if (Math.abs(world.y - window.y) > window.down || Math.abs(dx - Math.round(dx)) > window.across) continue;
    }
    for (let copy = -shot.copies; copy <= shot.copies; copy++) {
      if (!project(shot, world.x, world.y, copy, pixel)) continue;
      const distance = (pixel.x - x) ** 2 + (pixel.y - y) ** 2;
      if (distance < least) [nearest, least] = [slot, distance];
    }
  }
  return nearest;
}
