/** What is done to the style of the map. While the browser has taken the graphics away there is none to do it to. */
import type { Map as MapLibre } from 'maplibre-gl';

/** Returns `apply` in a form that waits for a style, and is done again when the map has had to make its style anew. */
export function styled(map: MapLibre, apply: () => void): () => void {
  const safely = (): void => {
    if (hasStyle(map)) apply();
  };
  map.on('style.load', safely);
  return safely;
}

export function hasStyle(map: MapLibre): boolean {
  return Boolean(map.style as MapLibre['style'] | null);
}
