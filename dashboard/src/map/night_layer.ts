/** The night side of the Earth, as a soft shade over the ground. */
import { effect } from '@preact/signals';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import { INKS } from './inks';
import type { MapPart } from './map';
import { nightSide } from './night';
import { FIRST_NAME_LAYER } from './style';
import { styled } from './styled';

const DUSK_DEG = [0, 4, 8, 12]; // laid over one another they make a soft edge of the night
const EVERY_MS = 60_000; // of the stream's time: a quarter of a degree

export class NightLayer implements MapPart {
  readonly #map: MapLibre;
  readonly #core: Core;
  #drawnAt = -Infinity;

  constructor(map: MapLibre, core: Core) {
    this.#map = map;
    this.#core = core;
    for (const depth of DUSK_DEG) {
      const id = layer(depth);
      map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
      const paint = { 'fill-color': INKS.dark.night, 'fill-opacity': INKS.dark.nightShade, 'fill-antialias': false };
      map.addLayer({ id, type: 'fill', source: id, paint }, FIRST_NAME_LAYER);
    }
    const { state } = core;
    const apply = styled(map, () => {
      const { night, nightShade } = INKS[state.theme.peek()];
      for (const depth of DUSK_DEG) {
        map.setLayoutProperty(layer(depth), 'visibility', state.layers.peek().has('night') ? 'visible' : 'none');
        map.setPaintProperty(layer(depth), 'fill-color', night);
        map.setPaintProperty(layer(depth), 'fill-opacity', nightShade);
      }
    });
    effect(() => {
      void [state.layers.value, state.theme.value];
      apply();
    });
  }

  /** The sun at stream time, so that a recording is seen in its own light. */
  frame(): void {
    const now = this.#core.now();
    if (now === 0 || Math.abs(now - this.#drawnAt) < EVERY_MS) return;
    this.#drawnAt = now;
    for (const depth of DUSK_DEG) this.#map.getSource<GeoJSONSource>(layer(depth))?.setData(nightSide(now, depth));
  }
}

function layer(depth: number): string {
  return `night-${depth}`;
}
