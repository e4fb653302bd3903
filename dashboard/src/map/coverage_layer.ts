/** The outline of what was heard around home since the layer was switched on, and those the server tells of its feeds. */
import { effect } from '@preact/signals';
import type { Feature } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import type { Change } from '../sky/sky';
import { Coverage, toldOutline } from './coverage';
import { Drawing } from './drawing';
import type { MapPart } from './map';

const EVERY_MS = 1000;

export class CoverageLayer implements MapPart {
  readonly #core: Core;
  readonly #drawing: Drawing;
  #coverage: Coverage | null = null;
  #told: readonly Feature[] = [];
  #grown = false;
  #drawnAt = -Infinity;

  constructor(map: MapLibre, core: Core, below: string) {
    this.#core = core;
    this.#drawing = new Drawing(map, 'coverage', below, (ink) => [
      { id: 'coverage-fill', type: 'fill', paint: { 'fill-color': ink.coverage, 'fill-opacity': 0.07 } },
      {
        id: 'coverage-line', type: 'line',
        paint: { 'line-color': ink.coverage, 'line-width': ['case', ['has', 'told'], 1, 1.6], 'line-opacity': 0.85, 'line-blur': 0.4 },
      },
    ]);
    const { state } = core;
    effect(() => this.#drawing.paint(state.theme.value));
    effect(() => this.#begin(state.layers.value.has('coverage') ? state.home.value : null));
    effect(() => {
      if (state.layers.value.has('coverage')) void this.#ask();
    });
  }

  take({ moved }: Change): void {
    const { sky } = this.#core;
    if (this.#coverage) for (const slot of moved) if (sky.facts[slot]) this.#grown = this.#coverage.heard(sky.lat[slot]!, sky.lon[slot]!) || this.#grown;
  }

  frame(wall: number): void {
    if (!this.#grown || wall - this.#drawnAt < EVERY_MS) return;
    this.#drawnAt = wall;
    this.#grown = false;
    const own = this.#coverage?.outline();
    this.#drawing.draw({ type: 'FeatureCollection', features: own ? [...this.#told, own] : [...this.#told] });
  }

  #begin(home: Coverage['home'] | null): void {
    const before = this.#coverage?.home;
    if (home && before?.lat === home.lat && before.lon === home.lon) return;
    this.#coverage = home ? new Coverage(home) : null;
    this.#drawing.clear();
    this.#grown = this.#told.length > 0 && home !== null;
    const { sky } = this.#core;
    if (home) for (const slot of sky.slots()) this.#grown = this.#coverage!.heard(sky.lat[slot]!, sky.lon[slot]!) || this.#grown;
  }

  /** Servers that know the outlines of their feeds tell them; there is none without. */
  async #ask(): Promise<void> {
    const answer = (await this.#core.server.json('api/v1/feeds').catch(() => null)) as { feeds?: { outline?: unknown }[] } | null;
    this.#told = (answer?.feeds ?? []).flatMap(({ outline }) => toldOutline(outline) ?? []);
    this.#grown = this.#grown || (this.#told.length > 0 && this.#core.state.layers.peek().has('coverage'));
  }
}
