/** The lines of the selected flights: the way each has come, up to where it is drawn, and a dotted guess of its way ahead. */
import { Marker, type Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import { latitude, longitude } from '../sky/motion';
import { countUntil, isGap, pointNear, type TrackPoint } from '../sky/track';
import type { Track } from '../sky/tracks';
import { LineLayer, type Lines } from './line_layer';
import type { MapPart } from './map';
import { DASHED, DOTTED, SOLID, Segments, addStretch, altitudeWord, faint, packedX, packedY } from './segments';
import './trail.css';

const AHEAD_MS = 5 * 60_000;
const WIDTH_PX = 2.6;
const OTHERS_WIDTH_PX = 2;
const DARK_RIM: [number, number, number] = [0.016, 0.031, 0.059];
const LIGHT_RIM: [number, number, number] = [1, 1, 1];

/** What of a track lies packed, and how far into it each of its points reaches. */
interface Packed {
  edition: number;
  readonly past: Segments;
  /** By point: how many segments lead up to it. */
  readonly reach: number[];
  /** The end of the line, anew each frame. */
  readonly live: Segments;
}

export class Trail implements MapPart {
  readonly #core: Core;
  readonly #packed = new Map<string, Packed>();
  readonly #marker: Marker;
  readonly #map: MapLibre;
  #marked: number | null = null;

  constructor(map: MapLibre, core: Core, below: string) {
    this.#core = core;
    this.#map = map;
    const dot = document.createElement('div');
    dot.className = 'moment-mark';
    this.#marker = new Marker({ element: dot, opacityWhenCovered: '0' });
    new LineLayer('trail', map, () => this.#lines()).show(below);
  }

  /** The line is drawn when the map is; only the mark of the profile's moment is not. */
  frame(): void {
    const { tracks, state } = this.#core;
    const moment = tracks.moment.peek();
    if (moment === this.#marked) return;
    this.#marked = moment;
    const chosen = state.selected.peek().at(-1);
    const track = chosen === undefined ? null : tracks.of(chosen);
    const point = moment === null || !track ? null : pointNear(track.points, moment);
    if (point) this.#marker.setLngLat([point.lon, point.lat]).addTo(this.#map);
    else this.#marker.remove();
  }

  take(): void {
    if (this.#core.state.selected.peek().length > 0) this.#map.triggerRepaint();
  }

  #lines(): readonly Lines[] {
    const { tracks, state } = this.#core;
    const now = this.#core.now();
    const rim = state.theme.peek() === 'light' ? LIGHT_RIM : DARK_RIM;
    const chosen = state.selected.peek().at(-1);
    const lines: Lines[] = [];
    for (const track of tracks.all()) {
      const packed = this.#pack(track);
      const points = countUntil(track.points, now); // the future of a replay is not drawn
      this.#live(track.id, packed.live, track.points[points - 1] ?? null, now);
      const look = { widthPx: track.id === chosen ? WIDTH_PX : OTHERS_WIDTH_PX, opacity: 0.96, rim };
      lines.push({ segments: packed.past, count: packed.reach[points - 1] ?? 0, ...look }, { segments: packed.live, ...look });
    }
    for (const id of this.#packed.keys()) if (!tracks.of(id)) this.#packed.delete(id);
    return lines;
  }

  /** Adds the points that are new. */
  #pack({ id, edition, points }: Track): Packed {
    let packed = this.#packed.get(id);
    if (packed?.edition !== edition) {
      packed = { edition, past: new Segments(), reach: [], live: new Segments() };
      this.#packed.set(id, packed);
    }
    for (let i = packed.reach.length; i < points.length; i++) {
      if (i > 0) addStretch(packed.past, points[i - 1]!, points[i]!);
      packed.reach.push(packed.past.written);
    }
    return packed;
  }

  /** From the last point to the aircraft, and on from there as it flies now. */
  #live(id: string, into: Segments, last: TrackPoint | null, now: number): void {
    into.clear();
    const { sky } = this.#core;
    const slot = sky.slotOf(id);
    const here = slot === undefined ? null : sky.placeAt(slot, now);
    if (slot === undefined || here === null) return;
    const on_ground = sky.facts[slot]?.on_ground === true;
    const colour = altitudeWord(sky.altitudeAt(slot, now), on_ground);
    const [x, y] = [packedX(here.lon), packedY(here.lat)];
    if (last) {
      const guess = isGap(last, { ...last, at: sky.time[slot]! });
      const from = altitudeWord(last.altitude_ft, last.on_ground);
      into.addLong(packedX(last.lon), packedY(last.lat), x, y, guess ? faint(from) : from, colour, guess ? DASHED : SOLID);
    }
    const since = sky.since(slot, now) + AHEAD_MS;
    if (on_ground || (sky.vx[slot] === 0 && sky.vy[slot] === 0)) return;
    const lon = longitude(sky.x[slot]! + sky.vx[slot]! * since);
    const lat = latitude(sky.y[slot]! + sky.vy[slot]! * since);
    into.addLong(x, y, packedX(lon), packedY(lat), faint(colour, 0.8), faint(colour, 0.15), DOTTED);
  }
}
