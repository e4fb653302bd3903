/** The heat map: where flights have been since it was switched on. Each counts by the seconds it spent there. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import type { Change } from '../sky/sky';
import { Drawing } from './drawing';
import { Heat, levelAt } from './heat';
import type { MapPart } from './map';

const SAMPLE_MS = 5000; // of the stream's time: a flight comes 1.2 km far
const REDRAW_MS = 4000;

export class HeatLayer implements MapPart {
  readonly #map: MapLibre;
  readonly #core: Core;
  readonly #drawing: Drawing;
  #heat: Heat | null = null;
  #sampledAt = -Infinity;
  #drawnAt = -Infinity;
  #level = -1;

  constructor(map: MapLibre, core: Core, below: string) {
    this.#map = map;
    this.#core = core;
    this.#drawing = new Drawing(map, 'heat', below, ({ heat }) => [
      {
        id: 'heat-map', type: 'heatmap',
        paint: {
          'heatmap-weight': ['get', 'w'],
          'heatmap-radius': ['interpolate', ['exponential', 2], ['zoom'], 0, 14, 6, 17, 7, 26, 10, 190],
          'heatmap-intensity': 1,
          'heatmap-opacity': ['interpolate', ['linear'], ['zoom'], 6, 0.85, 10, 0.45],
          'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'], 0, heat[0], 0.12, heat[1], 0.4, heat[2], 0.75, heat[3], 1, heat[4]],
        },
      },
    ]);
    const { state } = core;
    effect(() => this.#drawing.paint(state.theme.value));
    effect(() => {
      const on = state.layers.value.has('heat');
      if (on === (this.#heat !== null)) return;
      this.#begin(on);
    });
  }

  take(_: Change, started: boolean): void {
    if (started && this.#heat) this.#begin(true);
  }

  frame(wall: number): void {
    if (!this.#heat) return;
    const now = this.#core.now();
    if (now - this.#sampledAt >= SAMPLE_MS) this.#sample(this.#heat, now);
    const level = levelAt(this.#map.getZoom());
    if (level === this.#level && wall - this.#drawnAt < REDRAW_MS) return;
    if (this.#map.isMoving() && this.#level !== -1) return; // then the map has enough to do
    this.#level = level;
    this.#drawnAt = wall;
    this.#drawing.draw({ type: 'FeatureCollection', features: this.#heat.points(level) });
  }

  #begin(on: boolean): void {
    this.#heat = on ? new Heat() : null;
    this.#sampledAt = this.#drawnAt = -Infinity;
    this.#level = -1;
    if (!on) this.#drawing.clear();
  }

  #sample(heat: Heat, now: number): void {
    const { sky } = this.#core;
    const seconds = SAMPLE_MS / 1000;
    this.#sampledAt = now;
    heat.fade(now);
    for (let slot = 1; slot < sky.end; slot++) {
      const facts = sky.facts[slot];
      if (!facts || facts.on_ground === true) continue;
      const since = sky.since(slot, now);
      heat.add(sky.x[slot]! + sky.vx[slot]! * since, sky.y[slot]! + sky.vy[slot]! * since, seconds);
    }
  }
}
