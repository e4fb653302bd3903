/** Where the sheet of a phone comes to rest. */

export type Stop = 'peek' | 'half' | 'full';
export const STOPS: readonly Stop[] = ['peek', 'half', 'full'];

const FLUNG = 0.5; // px/ms
const CLOSED_BELOW = 0.55; // of the peek: whoever pulls it down so far wants it away

export type Heights = Readonly<Record<Stop, number>>;

/** The heights on a screen of which so much is free for it. The half leaves the map more than the sheet. */
export function heightsOn(free: number): Heights {
  const full = Math.max(0, free);
  const half = Math.min(full, Math.max(240, Math.round(full * 0.52)));
  return { peek: Math.min(half, 158), half, full };
}

/** Let go at a height, with a speed (px/ms, up is more): the stop to go to, or null to close it. */
export function letGo(height: number, speed: number, heights: Heights): Stop | null {
  if (speed > FLUNG) return STOPS.find((stop) => heights[stop] > height) ?? 'full';
  if (speed < -FLUNG) return STOPS.findLast((stop) => heights[stop] < height) ?? null;
  if (height < heights.peek * CLOSED_BELOW) return null;
  return STOPS.reduce((best, stop) => (Math.abs(heights[stop] - height) < Math.abs(heights[best] - height) ? stop : best));
}

/** The next stop up or down, the same at an end. */
export function beside(stop: Stop, up: boolean): Stop {
  return STOPS[Math.min(STOPS.length - 1, Math.max(0, STOPS.indexOf(stop) + (up ? 1 : -1)))]!;
}

/** Which panel is in front: those that have opened last come first, and who closes makes way for the one behind. */
export function ordered<T>(before: readonly T[], open: readonly T[]): readonly T[] {
  const fresh = open.filter((panel) => !before.includes(panel));
  return [...fresh, ...before.filter((panel) => open.includes(panel))];
}
