/** The way a flight has come, as the server stored it and as it goes on live. */

/** A place a flight was heard at. */
export interface TrackPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly lat: number;
  readonly lon: number;
  readonly altitude_ft: number | null;
  readonly ground_speed_kt: number | null;
  readonly on_ground: boolean;
}

const GAP_MS = 120_000;

/** So long without a position that the line between two is a guess. */
export function isGap(from: TrackPoint, to: TrackPoint): boolean {
  return to.at - from.at > GAP_MS;
}

/** Reads the positions, in order of time; what has no place or time is left out. Throws if there is no list. */
export function readTrack(answer: unknown): TrackPoint[] {
  const positions = (answer as { positions?: unknown } | null)?.positions;
  if (!Array.isArray(positions)) throw new TypeError('The track came without a list of positions.');
  const points: TrackPoint[] = [];
  for (const row of positions as Record<string, unknown>[]) {
    const at = Date.parse(String(row['time']));
    const { lat, lon, on_ground } = row;
    if (Number.isNaN(at) || typeof lat !== 'number' || typeof lon !== 'number') continue;
    points.push({
      at, lat, lon, altitude_ft: numberOf(row['altitude_ft']), ground_speed_kt: numberOf(row['ground_speed_kt']),
      on_ground: on_ground === true,
    });
  }
  return points.sort((a, b) => a.at - b.at);
}

/** How many of the points, which are in order of time, lie at or before a moment. */
export function countUntil(points: readonly TrackPoint[], moment: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.at <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The point nearest in time; null where there is none. */
export function pointNear(points: readonly TrackPoint[], moment: number): TrackPoint | null {
  const next = countUntil(points, moment);
  const [before, after] = [points[next - 1], points[next]];
  if (!before || !after) return before ?? after ?? null;
  return moment - before.at <= after.at - moment ? before : after;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
