/** Range rings around home. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import { Drawing } from './drawing';
import type { MapPart } from './map';
import { rangeRings } from './ranges';
import { FONT } from './style';

export class RingsLayer implements MapPart {
  constructor(map: MapLibre, { state }: Core, below: string) {
    const drawing = new Drawing(map, 'rings', below, (ink) => [
      {
        id: 'rings-line', type: 'line', filter: ['has', 'major'],
        paint: { 'line-color': ink.ring, 'line-width': ['case', ['get', 'major'], 1.2, 0.8], 'line-opacity': ['case', ['get', 'major'], 0.7, 0.4] },
      },
      {
        id: 'rings-home', type: 'circle', filter: ['has', 'home'],
        paint: { 'circle-radius': 3, 'circle-color': ink.ring, 'circle-stroke-color': ink.ring, 'circle-stroke-width': 5, 'circle-stroke-opacity': 0.25 },
      },
      {
        id: 'rings-name', type: 'symbol', filter: ['has', 'text'],
        layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 10.5, 'text-letter-spacing': 0.04, 'text-padding': 8 },
        paint: { 'text-color': ink.ring, 'text-halo-color': ink.halo, 'text-halo-width': 2 },
      },
    ]);
    effect(() => {
      const home = state.layers.value.has('rings') ? state.home.value : null;
      if (home) drawing.draw({ type: 'FeatureCollection', features: rangeRings(home, state.units.value) });
      else drawing.clear();
    });
    effect(() => drawing.paint(state.theme.value));
  }
}
