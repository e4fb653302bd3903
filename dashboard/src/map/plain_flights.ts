/** The flights of the plain view: arrows in the colour of their altitude, and the ways of the selected ones. */
import type { Core } from '../app';
import { mercatorX, mercatorY } from '../sky/motion';
import { isGap } from '../sky/track';
import { flagsOf } from './aircraft_look';
import { halfSize } from './aircraft_pick';
import { FLAG } from './aircraft_records';
import { EMERGENCY, GROUND, UNKNOWN, altitudeColour, altitudeStep, stepColour } from './colours';
import type { Pixel, PlainCamera } from './plain_camera';

const REACH_PX = 22; // half of a finger
const LABELS_FROM_ZOOM = 6.5;
const MOST_LABELS = 120;

/** What is written and drawn around flights, as the style sheet says. */
export interface FlightInks {
  readonly text: string;
  readonly halo: string;
  readonly outline: string;
  readonly accent: string;
  readonly font: string;
}

export class PlainFlights {
  readonly #core: Core;
  #drawn: { slot: number; x: number; y: number }[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  draw(canvas: CanvasRenderingContext2D, camera: PlainCamera, inks: FlightInks): void {
    const { sky, state, sieve } = this.#core;
    this.#tracks(canvas, camera);
    const now = this.#core.now();
    const chosen = new Set(state.selected.peek());
    const hovered = sky.slotOf(state.hovered.peek() ?? '') ?? -1;
    const choice = { selected: chosen, isolate: state.isolate.peek(), others: state.others.peek(), hovered };
    const half = halfSize(camera.zoom, state.iconScale.peek()) * 0.8;
    const paths = new Map<string, Path2D>();
    const ringed: { x: number; y: number; colour: string }[] = [];
    const pixel = { x: 0, y: 0 };
    this.#drawn = [];
    for (let slot = 1; slot < sky.end; slot++) {
      const flags = flagsOf(sky, slot, sieve.passed[slot] === 1, choice);
      if (!flags || !this.#place(slot, now, camera, pixel)) continue;
      if (!camera.sees(pixel, half)) continue;
      const colour = this.#colour(slot, flags, now);
      const key = flags & FLAG.ghost || flags & FLAG.coasting ? `faint ${colour}` : colour;
      const path = paths.get(key) ?? new Path2D();
      paths.set(key, path);
      const size = flags & FLAG.emergency ? half * 1.3 : half;
      arrow(path, pixel.x, pixel.y, size, flags & FLAG.grounded ? NaN : sky.track_deg[slot]!);
      if (flags & (FLAG.selected | FLAG.hovered | FLAG.emergency)) {
        ringed.push({ ...pixel, colour: flags & FLAG.emergency ? EMERGENCY : inks.accent });
      }
      if (!(flags & FLAG.ghost)) this.#drawn.push({ slot, ...pixel });
    }
    canvas.lineWidth = 1;
    canvas.strokeStyle = inks.outline;
    for (const [key, path] of paths) {
      const faint = key.startsWith('faint ');
      canvas.globalAlpha = faint ? 0.35 : 1;
      canvas.fillStyle = faint ? key.slice(6) : key;
      canvas.fill(path);
      canvas.stroke(path);
    }
    canvas.globalAlpha = 1;
    canvas.lineWidth = 2;
    for (const { x, y, colour } of ringed) {
      canvas.strokeStyle = colour;
      canvas.beginPath();
      canvas.arc(x, y, half + 7, 0, 2 * Math.PI);
      canvas.stroke();
    }
    this.#names(canvas, camera, inks, chosen, half);
  }

  /** The flight drawn nearest to a pixel, within reach. */
  pick(x: number, y: number): string | null {
    let [nearest, least] = [-1, REACH_PX ** 2];
    for (const drawn of this.#drawn) {
      const distance = (drawn.x - x) ** 2 + (drawn.y - y) ** 2;
      if (distance < least) [nearest, least] = [drawn.slot, distance];
    }
    return nearest < 0 ? null : (this.#core.sky.facts[nearest]?.id ?? null);
  }

  #place(slot: number, now: number, camera: PlainCamera, into: Pixel): boolean {
    const { sky, state } = this.#core;
    if (Number.isNaN(sky.x[slot]!)) return false;
    const since = state.raw.peek() ? 0 : sky.since(slot, now);
    camera.project(sky.x[slot]! + sky.vx[slot]! * since, sky.y[slot]! + sky.vy[slot]! * since, into);
    return true;
  }

  #colour(slot: number, flags: number, now: number): string {
    if (flags & FLAG.emergency) return EMERGENCY;
    if (flags & FLAG.grounded) return GROUND;
    const altitude = this.#core.sky.altitudeAt(slot, now);
    return Number.isNaN(altitude) ? UNKNOWN : stepColour(altitudeStep(altitude));
  }

  #names(canvas: CanvasRenderingContext2D, camera: PlainCamera, inks: FlightInks, chosen: ReadonlySet<string>, half: number): void {
    const { sky, state } = this.#core;
    const all = camera.zoom >= LABELS_FROM_ZOOM && state.labels.peek() !== 'none';
    canvas.font = inks.font;
    canvas.textBaseline = 'middle';
    canvas.lineWidth = 3;
    canvas.lineJoin = 'round';
    canvas.strokeStyle = inks.halo;
    canvas.fillStyle = inks.text;
    let left = MOST_LABELS;
    for (const { slot, x, y } of this.#drawn) {
      const facts = sky.facts[slot]!;
      if (!all && !chosen.has(facts.id)) continue;
      if (left-- === 0) return;
      const name = facts.callsign?.trim() || facts.registration || facts.icao24;
      canvas.strokeText(name, x + half + 9, y);
      canvas.fillText(name, x + half + 9, y);
    }
  }

  #tracks(canvas: CanvasRenderingContext2D, camera: PlainCamera): void {
    canvas.lineWidth = 2;
    const [from, to] = [{ x: 0, y: 0 }, { x: 0, y: 0 }];
    for (const { points } of this.#core.tracks.all()) {
      for (let i = 1; i < points.length; i++) {
        const [before, point] = [points[i - 1]!, points[i]!];
        camera.project(mercatorX(before.lon), mercatorY(before.lat), from);
        camera.project(mercatorX(point.lon), mercatorY(point.lat), to);
        if (Math.abs(to.x - from.x) > camera.scale / 2 || (!camera.sees(from) && !camera.sees(to))) continue;
        canvas.setLineDash(isGap(before, point) ? [3, 5] : []);
        canvas.strokeStyle = point.on_ground ? GROUND : altitudeColour(point.altitude_ft);
        canvas.beginPath();
        canvas.moveTo(from.x, from.y);
        canvas.lineTo(to.x, to.y);
        canvas.stroke();
      }
    }
    canvas.setLineDash([]);
  }
}

/** An arrow that points along the track; a dot where that is not known. */
function arrow(path: Path2D, x: number, y: number, size: number, track: number): void {
  if (Number.isNaN(track)) {
    path.moveTo(x + size / 2, y);
    path.arc(x, y, size / 2, 0, 2 * Math.PI);
    return;
  }
  const turn = (track * Math.PI) / 180;
  const [east, south] = [Math.sin(turn) * size, -Math.cos(turn) * size];
  path.moveTo(x + east, y + south);
  path.lineTo(x - east * 0.8 - south * 0.65, y - south * 0.8 + east * 0.65);
  path.lineTo(x - east * 0.35, y - south * 0.35);
  path.lineTo(x - east * 0.8 + south * 0.65, y - south * 0.8 - east * 0.65);
  path.closePath();
}
