/**
 * Measuring on the map: each click is a point, each leg runs along a great circle. A double click ends it; the way
 * stays to be read until it is cleared, and clicks mean flights again.
 */
import { effect } from '@preact/signals';
import type { Feature } from 'geojson';
import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import type { Core } from '../app';
import type { Place } from '../sky/motion';
import { Drawing } from './drawing';
import { arc, destination } from './great_circle_shapes';
import type { MapPart } from './map';
import { legText, legsOf } from './measured';
import { FONT } from './style';

const SAME_PX = 4; // the two clicks of a double click are one point
const MOST_POINTS = 200;

export class Measure implements MapPart {
  readonly #core: Core;
  readonly #drawing: Drawing;
  #last: { x: number; y: number } | null = null;
  #pointer: Place | null = null;
  #stale = false;

  constructor(map: MapLibre, core: Core) {
    this.#core = core;
    this.#drawing = new Drawing(map, 'measure', '', (ink) => [
      { id: 'measure-rim', type: 'line', filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': ink.halo, 'line-width': 5, 'line-opacity': 0.7 } },
      {
        id: 'measure-line', type: 'line', filter: ['all', ['==', ['geometry-type'], 'LineString'], ['!', ['has', 'open']]],
        paint: { 'line-color': ink.measure, 'line-width': 2 },
      },
      { id: 'measure-open', type: 'line', filter: ['has', 'open'], paint: { 'line-color': ink.measure, 'line-width': 2, 'line-dasharray': [2, 1.6] } },
      {
        id: 'measure-point', type: 'circle', filter: ['has', 'point'],
        paint: { 'circle-radius': 4, 'circle-color': ink.halo, 'circle-stroke-color': ink.measure, 'circle-stroke-width': 2 },
      },
      {
        id: 'measure-text', type: 'symbol', filter: ['has', 'text'],
        layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true, 'text-offset': [0, -1] },
        paint: { 'text-color': ink.measure, 'text-halo-color': ink.halo, 'text-halo-width': 2.4 },
      },
    ]);
    const { state } = core;
    effect(() => this.#drawing.paint(state.theme.value));
    effect(() => {
      void [state.measure.value, state.units.value];
      this.#draw();
    });
    effect(() => {
      const on = state.measure.value?.open === true;
      if (on) map.doubleClickZoom.disable();
      else map.doubleClickZoom.enable();
      if (!on) this.#last = this.#pointer = null;
    });
    map.on('click', (event) => this.#click(event));
    map.on('dblclick', () => this.#end());
    map.on('mousemove', ({ lngLat }) => {
      if (state.measure.peek()?.open !== true) return;
      this.#pointer = { lat: lngLat.lat, lon: lngLat.lng };
      this.#stale = true;
    });
    map.on('mouseout', () => {
      this.#pointer = null;
      this.#stale = true;
    });
  }

  /** The leg to the pointer, once a frame. */
  frame(): void {
    if (this.#stale) this.#draw();
  }

  #draw(): void {
    this.#stale = false;
    const measure = this.#core.state.measure.peek();
    if (measure) this.#drawing.draw({ type: 'FeatureCollection', features: this.#features(measure.points, measure.open) });
    else this.#drawing.clear();
  }

  #click({ point, lngLat }: MapMouseEvent): void {
    const { measure } = this.#core.state;
    const now = measure.peek();
    if (now?.open !== true || now.points.length >= MOST_POINTS) return;
    if (this.#last && Math.hypot(point.x - this.#last.x, point.y - this.#last.y) < SAME_PX) return;
    this.#last = point;
    measure.value = { ...now, points: [...now.points, { lat: lngLat.lat, lon: lngLat.lng }] };
  }

  #end(): void {
    const { measure } = this.#core.state;
    const now = measure.peek();
    if (now?.open !== true) return;
    const ended = { ...now, open: false };
    setTimeout(() => (measure.value = now.points.length > 1 ? ended : null)); // the click of it is still to be heard by others
  }

  #features(points: readonly Place[], open: boolean): Feature[] {
    const { units } = this.#core.state;
    const features: Feature[] = [];
    const way = open && this.#pointer && points.length > 0 ? [...points, this.#pointer] : points;
    legsOf(way).forEach((leg, i) => {
      const drawn = i < points.length - 1 ? {} : { open: true };
      const middle = destination(leg.from, leg.bearing, leg.metres / 2);
      features.push({ type: 'Feature', properties: drawn, geometry: { type: 'LineString', coordinates: arc(leg.from, leg.to) } });
      if (leg.metres < 1) return;
      features.push({
        type: 'Feature', properties: { text: legText(leg, units.peek()) }, geometry: { type: 'Point', coordinates: [middle.lon, middle.lat] },
      });
    });
    for (const { lat, lon } of points) {
      features.push({ type: 'Feature', properties: { point: true }, geometry: { type: 'Point', coordinates: [lon, lat] } });
    }
    return features;
  }
}
