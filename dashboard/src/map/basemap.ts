/** Keeps the basemap with the theme and the switches: property by property, so that all other layers stay. */
import { effect } from '@preact/signals';
import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { State } from '../state/state';
import { SWITCHED, basemapLayers, heaven } from './style';
import { styled } from './styled';

export function followBasemap(map: MapLibre, state: State): void {
  const paint = styled(map, () => {
    const theme = state.theme.peek();
    for (const layer of basemapLayers(theme)) repaint(map, layer);
    map.setSky(heaven(theme));
  });
  const show = styled(map, () => {
    for (const [name, ids] of Object.entries(SWITCHED)) {
      const visibility = state.layers.peek().has(name as keyof typeof SWITCHED) ? 'visible' : 'none';
      for (const id of ids) map.setLayoutProperty(id, 'visibility', visibility);
    }
  });
  effect(() => {
    void state.theme.value;
    paint();
  });
  effect(() => {
    void state.layers.value;
    show();
  });
}

/** Gives a layer that is there the colours it has been written with. */
export function repaint(map: MapLibre, layer: LayerSpecification): void {
  if (!map.getLayer(layer.id)) return;
  for (const [name, value] of Object.entries(layer.paint ?? {})) {
    map.setPaintProperty(layer.id, name as never, value as never, { validate: false });
  }
}
