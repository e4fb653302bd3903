/** A line behind every flight, coloured by altitude, from when the layer was switched on: one bounded buffer for all. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import type { Change } from '../sky/sky';
import { LineLayer, type Lines } from './line_layer';
import type { MapPart } from './map';
import { Segments, altitudeWord, packedX, packedY } from './segments';

const MOST = 400_000; // 11 MB, here and once more on the graphics card
const TAILS_MS = 1000;
const FAR = 2 ** 32 / 40; // no flight comes so far between two reports: it was put elsewhere
const WIDTH_PX = 1.3;
const OPACITY = 0.55;

export class TrailsLayer implements MapPart {
  readonly #map: MapLibre;
  readonly #core: Core;
  #past = new Segments(MOST);
  #tails = new Segments();
  #tailedAt = -Infinity;
  /** By slot: the flight whose line ends there, and where. */
  #ids: (string | null)[] = [];
  #x: number[] = [];
  #y: number[] = [];
  #colour: number[] = [];
  #on = false;

  constructor(map: MapLibre, core: Core, below: string) {
    this.#map = map;
    this.#core = core;
    new LineLayer('trails', map, () => this.#lines()).show(below);
    effect(() => {
      this.#on = core.state.layers.value.has('trails');
      this.#begin(); // nothing is kept while it is off
      map.triggerRepaint();
    });
  }

  take(change: Change, started: boolean): void {
    if (!this.#on) return;
    if (started) this.#begin();
    for (const { slot } of change.gone) this.#ids[slot] = null;
    for (const slot of change.moved) this.#add(slot);
  }

  #begin(): void {
    if (this.#past.written > 0) [this.#past, this.#tails] = [new Segments(MOST), new Segments()];
    [this.#ids, this.#x, this.#y, this.#colour] = [[], [], [], []];
    this.#tailedAt = -Infinity;
    if (this.#on) for (const slot of this.#core.sky.slots()) this.#add(slot);
  }

  #add(slot: number): void {
    const { sky } = this.#core;
    const facts = sky.facts[slot];
    const lon = sky.lon[slot]!;
    if (!facts || Number.isNaN(lon)) return;
    const [x, y] = [packedX(lon), packedY(sky.lat[slot]!)];
    const colour = altitudeWord(sky.altitude_ft[slot]!, facts.on_ground === true);
    if (this.#ids[slot] === facts.id) {
      const [fromX, fromY] = [this.#x[slot]!, this.#y[slot]!];
      if (x === fromX && y === fromY) return;
      const far = Math.abs((x - fromX) | 0) > FAR || Math.abs((y - fromY) | 0) > FAR;
      if (!far) this.#past.add(fromX, fromY, x, y, this.#colour[slot]!, colour);
    }
    this.#ids[slot] = facts.id;
    this.#x[slot] = x;
    this.#y[slot] = y;
    this.#colour[slot] = colour;
  }

  #lines(): readonly Lines[] {
    if (!this.#on) return [];
    const wall = this.#core.wall();
    if (wall - this.#tailedAt > TAILS_MS || this.#map.isMoving()) this.#tail(wall);
    const look = { widthPx: WIDTH_PX, opacity: OPACITY };
    return [{ segments: this.#past, ...look }, { segments: this.#tails, ...look }];
  }

  /** From the end of each line to where the flight is by now: one that flies straight on is not sent. */
  #tail(wall: number): void {
    this.#tailedAt = wall;
    this.#tails.clear();
    const { sky } = this.#core;
    const now = this.#core.now();
    for (let slot = 1; slot < sky.end; slot++) {
      if (!this.#ids[slot] || (sky.vx[slot] === 0 && sky.vy[slot] === 0)) continue;
      const since = sky.since(slot, now);
      const x = packed(sky.x[slot]! + sky.vx[slot]! * since);
      const y = packed(sky.y[slot]! + sky.vy[slot]! * since);
      this.#tails.add(this.#x[slot]!, this.#y[slot]!, x, y, this.#colour[slot]!, this.#colour[slot]!);
    }
  }
}

/** From a part of the world to one of 2^32 of them; it wraps. */
function packed(part: number): number {
  return (part * 2 ** 32) >>> 0;
}
