/** The time bar's arithmetic: which stretch of time it shows, where a moment lies on it, its bars and marks. Pure. */

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Bar {
  readonly time: number;
  readonly flights: number;
}

/** What the server tells of the traffic in a stretch. */
export interface Traffic extends Stretch {
  readonly stepMs: number;
  /** The first moment that can be played; null while nothing is stored. */
  readonly earliest: number | null;
  readonly bars: readonly Bar[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The stretches to choose from; a null span is all that is stored. */
export const WINDOWS = [
  { name: '1 h', span: HOUR, nudge: MINUTE },
  { name: '6 h', span: 6 * HOUR, nudge: 5 * MINUTE },
  { name: '24 h', span: DAY, nudge: 15 * MINUTE },
  { name: '7 d', span: 7 * DAY, nudge: 2 * HOUR },
  { name: 'All', span: null, nudge: null },
] as const;
export type Window = (typeof WINDOWS)[number];

/** The stretch that ends with the present, or one around a moment that lies before it. */
export function stretchOf(window: Window, at: number | null, present: number, earliest: number | null): Stretch {
  if (window.span === null) {
    const from = Math.min(earliest ?? present - HOUR, at ?? present, present - 10 * MINUTE);
    return { from, to: present };
  }
  if (at === null || at >= present - window.span) return { from: present - window.span, to: present };
  return { from: at - window.span / 2, to: Math.min(present, at + window.span / 2) };
}

/** How far along a moment is, from 0 to 1. */
export function along({ from, to }: Stretch, at: number): number {
  return to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0;
}

/** The moment that far along, to the second. */
export function momentAt({ from, to }: Stretch, share: number): number {
  return Math.round((from + Math.min(1, Math.max(0, share)) * (to - from)) / 1000) * 1000;
}

/** How far a key moves, ms: an arrow, or ten times that for a page. */
export function nudge(window: Window, { from, to }: Stretch): number {
  return window.nudge ?? Math.max(MINUTE, Math.round((to - from) / 100 / MINUTE) * MINUTE);
}

/** The bars as the path of an SVG of 1000 by 100; the busiest reaches the top. */
export function outline(traffic: Traffic, shown: Stretch): string {
  const most = Math.max(1, ...traffic.bars.map((bar) => bar.flights));
  let path = '';
  for (const { time, flights } of traffic.bars) {
    if (flights === 0 || time + traffic.stepMs <= shown.from || time >= shown.to) continue;
    const left = 1000 * along(shown, time);
    const right = 1000 * along(shown, time + traffic.stepMs);
    const gap = right - left > 4 ? 0.8 : 0; // a hair between the bars, where there is room
    path += `M${left.toFixed(1)} 100V${(100 - 96 * (flights / most)).toFixed(1)}H${(right - gap).toFixed(1)}V100z`;
  }
  return path;
}

/** How many flights there were in the step of a moment; null where the server told nothing of it. */
export function flightsAt(traffic: Traffic | null, at: number): number | null {
  if (traffic === null || at < traffic.from || at >= traffic.to) return null;
  return traffic.bars[Math.floor((at - traffic.from) / traffic.stepMs)]?.flights ?? null;
}

const MARKS_MS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

/** At most `most` moments to write below, at round local times; `offsetMs` is local time less UTC. */
export function marks({ from, to }: Stretch, most: number, offsetMs: number): { at: number; days: boolean }[] {
  const apart = MARKS_MS.find((ms) => (to - from) / ms <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const found = [];
  for (let at = Math.ceil((from + offsetMs) / apart) * apart - offsetMs; at <= to; at += apart) {
    found.push({ at, days: apart >= DAY });
  }
  return found;
}

/** What `api/v1/history/traffic` answers. Throws where it is something else. */
export function readTraffic(raw: unknown): Traffic {
  const { from, to, step, earliest, traffic } = raw as Record<string, unknown>;
  const bars = (traffic as { time: unknown; flights: unknown }[]).map((bar) => ({
    time: moment(bar.time),
    flights: Number(bar.flights),
  }));
  const first = earliest === null ? null : moment(earliest);
  return { from: moment(from), to: moment(to), stepMs: Number(step) * 1000, earliest: first, bars };
}

function moment(raw: unknown): number {
  const at = Date.parse(String(raw));
  if (Number.isNaN(at)) throw new TypeError(`The server told traffic of ${String(raw)}, which is not a time.`);
  return at;
}
