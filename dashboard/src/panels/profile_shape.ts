/** The altitude and speed of tracks over time, as paths of a drawing. Where nothing was heard there is no line, but a gap. */
import { isGap, type TrackPoint } from '../sky/track';

/** What the axes reach to. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly top_ft: number;
  readonly top_kt: number;
  readonly width: number;
  readonly height: number;
}

/** The parts of an SVG that show one track. */
export interface Shape {
  /** What lies under the altitude. */
  readonly area: string;
  readonly altitude: string;
  readonly speed: string;
  /** Straight lines over the gaps. */
  readonly gaps: string;
}

const LEAST_TOP_FT = 4000;
const LEAST_TOP_KT = 100;
const HEADROOM = 1.08;
const FINEST_PX = 0.7;

/** The axes that hold all of these tracks; null without two moments to draw between. */
export function frameOf(tracks: readonly (readonly TrackPoint[])[], width: number, height: number): Frame | null {
  let [from, to, top_ft, top_kt] = [Infinity, -Infinity, LEAST_TOP_FT, LEAST_TOP_KT];
  for (const points of tracks) {
    for (const { at, altitude_ft, ground_speed_kt } of points) {
      from = Math.min(from, at);
      to = Math.max(to, at);
      top_ft = Math.max(top_ft, altitude_ft ?? 0);
      top_kt = Math.max(top_kt, ground_speed_kt ?? 0);
    }
  }
  return to > from ? { from, to, top_ft: top_ft * HEADROOM, top_kt: top_kt * HEADROOM, width, height } : null;
}

export function xOf(frame: Frame, at: number): number {
  return ((at - frame.from) / (frame.to - frame.from)) * frame.width;
}

export function momentOf(frame: Frame, x: number): number {
  const part = Math.max(0, Math.min(1, x / frame.width));
  return frame.from + part * (frame.to - frame.from);
}

export function yOf(frame: Frame, value: number, top: number): number {
  return frame.height * (1 - Math.max(0, Math.min(1, value / top)));
}

export function shapeOf(points: readonly TrackPoint[], frame: Frame): Shape {
  const altitudes = runs(points, frame, ({ altitude_ft, on_ground }) => altitude_ft ?? (on_ground ? 0 : null), frame.top_ft);
  const speeds = runs(points, frame, ({ ground_speed_kt }) => ground_speed_kt, frame.top_kt);
  const area = altitudes.map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!];
    return `M${digits(first[0])} ${frame.height}L${run.map(pair).join('L')}L${digits(last[0])} ${frame.height}Z`;
  });
  const gaps = altitudes.slice(1).map((run, i) => `M${pair(altitudes[i]!.at(-1)!)}L${pair(run[0]!)}`);
  return { area: area.join(''), altitude: lines(altitudes), speed: lines(speeds), gaps: gaps.join('') };
}

type Pair = readonly [x: number, y: number];

/** Stretches without a gap; a point that lies within a pixel of the one before is left out. */
function runs(
  points: readonly TrackPoint[], frame: Frame, valueOf: (point: TrackPoint) => number | null, top: number,
): Pair[][] {
  const all: Pair[][] = [];
  let run: Pair[] = [];
  let before: TrackPoint | null = null;
  for (const point of points) {
    const value = valueOf(point);
    if (before && isGap(before, point) && run.length > 0) {
      all.push(run);
      run = [];
    }
    before = point;
    if (value === null) continue;
    const next: Pair = [xOf(frame, point.at), yOf(frame, value, top)];
    const last = run.at(-1);
    if (!last || next[0] - last[0] >= FINEST_PX || Math.abs(next[1] - last[1]) >= FINEST_PX) run.push(next);
  }
  if (run.length > 0) all.push(run);
  return all;
}

function lines(all: readonly Pair[][]): string {
  return all.filter((run) => run.length > 1).map((run) => `M${run.map(pair).join('L')}`).join('');
}

function pair([x, y]: Pair): string {
  return `${digits(x)} ${digits(y)}`;
}

function digits(value: number): string {
  return String(Math.round(value * 10) / 10);
}
