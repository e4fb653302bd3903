/**
 * The outline of what was heard around home since the layer was switched on, and those the server tells of its receivers:
 * all while it is on, otherwise that of the feed that is chosen.
 */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import type { Change } from '../sky/sky';
import { Coverage, toldReach } from './coverage';
import { Drawing } from './drawing';
import type { MapPart } from './map';

const EVERY_MS = 1000;
const ASKED_EVERY_MS = 30_000;

export class CoverageLayer implements MapPart {
  readonly #core: Core;
  readonly #drawing: Drawing;
  #coverage: Coverage | null = null;
  #grown = false;
  #drawnAt = -Infinity;
  #askedAt = -Infinity;

  constructor(map: MapLibre, core: Core, below: string) {
    this.#core = core;
    this.#drawing = new Drawing(map, 'coverage', below, (ink) => [
      { id: 'coverage-fill', type: 'fill', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'fill-color': ink.coverage, 'fill-opacity': 0.07 } },
      {
        id: 'coverage-line', type: 'line', filter: ['!=', ['geometry-type'], 'Point'],
        paint: { 'line-color': ink.coverage, 'line-width': ['case', ['==', ['get', 'bold'], false], 1, 1.6], 'line-opacity': 0.85, 'line-blur': 0.4 },
      },
      {
        id: 'coverage-antenna', type: 'circle', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 3, 'circle-color': ink.coverage, 'circle-stroke-color': ink.halo, 'circle-stroke-width': 1.5 },
      },
    ]);
    const { state } = core;
    effect(() => this.#drawing.paint(state.theme.value));
    effect(() => this.#begin(state.layers.value.has('coverage') ? state.home.value : null));
    effect(() => {
      void [core.feeds.list.value, core.feeds.chosen.value, state.layers.value];
      this.#grown = true;
    });
  }

  take({ moved }: Change): void {
    const { sky } = this.#core;
    if (this.#coverage) for (const slot of moved) if (sky.facts[slot]) this.#grown = this.#coverage.heard(sky.lat[slot]!, sky.lon[slot]!) || this.#grown;
  }

  frame(wall: number): void {
    const { feeds, state } = this.#core;
    const on = state.layers.peek().has('coverage');
    const chosen = feeds.chosen.peek();
    if ((on || chosen !== null) && wall - this.#askedAt >= ASKED_EVERY_MS) {
      this.#askedAt = wall;
      feeds.ask().catch(() => undefined); // the status tells that the server is away
    }
    if (!this.#grown || wall - this.#drawnAt < EVERY_MS) return;
    this.#drawnAt = wall;
    this.#grown = false;
    const told = toldReach(feeds.list.peek().filter(({ name }) => on || name === chosen), chosen);
    this.#drawing.draw({ type: 'FeatureCollection', features: [...told, this.#coverage?.outline() ?? []].flat() });
  }

  #begin(home: Coverage['home'] | null): void {
    const before = this.#coverage?.home;
    if (home && before?.lat === home.lat && before.lon === home.lon) return;
    this.#coverage = home ? new Coverage(home) : null;
    this.#grown = true;
    const { sky } = this.#core;
    if (home) for (const slot of sky.slots()) this.#coverage!.heard(sky.lat[slot]!, sky.lon[slot]!);
  }
}
