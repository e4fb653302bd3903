/** The way a flight has come: the answer of `api/v1/flights/{id}/track`, as coloured lines. */
import type { Feature, FeatureCollection, LineString, Position } from 'geojson';
import { GROUND, altitudeColour } from './colours';

export interface TrackPoint {
  at: number; // ms since 1970
  lat: number;
  lon: number;
  altitude_ft: number | null;
  on_ground: boolean;
}

const GAP_MS = 120_000; // longer without a position: the line between is a guess, and drawn faint

/** Reads the positions, in order of time; what has no place or time is left out. Throws if there is no list. */
export function readTrack(answer: unknown): TrackPoint[] {
  const positions = (answer as { positions?: unknown } | null)?.positions;
  if (!Array.isArray(positions)) throw new TypeError('The track came without a list of positions.');
  const points: TrackPoint[] = [];
  for (const row of positions as Record<string, unknown>[]) {
    const at = Date.parse(String(row['time']));
    const { lat, lon, altitude_ft: altitude, on_ground: ground } = row;
    if (Number.isNaN(at) || typeof lat !== 'number' || typeof lon !== 'number') continue;
    const altitude_ft = typeof altitude === 'number' ? altitude : null;
    points.push({ at, lat, lon, altitude_ft, on_ground: ground === true });
  }
  return points.sort((a, b) => a.at - b.at);
}

/** What was heard live since goes on where the history ends. */
export function extended(points: readonly TrackPoint[], point: TrackPoint): readonly TrackPoint[] {
  const last = points.at(-1);
  return last && last.at >= point.at ? points : [...points, point];
}

/** One line per stretch of one colour, neighbours sharing their point; longitudes run on across 180 degrees. */
export function trackLines(points: readonly TrackPoint[]): FeatureCollection<LineString> {
  const lines: Feature<LineString, { colour: string; gap: boolean }>[] = [];
  let [end, turn] = [null as Position | null, 0];
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before && Math.abs(point.lon - before.lon) > 180) turn += point.lon < before.lon ? 360 : -360;
    const position = [point.lon + turn, point.lat];
    if (before && end) {
      const colour = point.on_ground ? GROUND : altitudeColour(point.altitude_ft);
      const gap = point.at - before.at > GAP_MS;
      const last = lines.at(-1);
      if (last && last.properties.colour === colour && last.properties.gap === gap) {
        last.geometry.coordinates.push(position);
      } else {
        const geometry = { type: 'LineString' as const, coordinates: [end, position] };
        lines.push({ type: 'Feature', properties: { colour, gap }, geometry });
      }
    }
    end = position;
  });
  return { type: 'FeatureCollection', features: lines };
}
