/** A source of shapes and the layers that draw them, for one part of the map: it keeps to the theme and survives a new style. */
import type { GeoJSON } from 'geojson';
import type { CircleLayerSpecification, FillLayerSpecification, GeoJSONSource, HeatmapLayerSpecification, LineLayerSpecification, Map as MapLibre, SymbolLayerSpecification } from 'maplibre-gl';
import type { Theme } from '../state/state';
import { repaint } from './basemap';
import { INKS, type Ink } from './inks';
import { hasStyle, styled } from './styled';

/** A layer without its source, which is that of the drawing. */
type Bare<L> = L extends { source: string } ? Omit<L, 'source'> : never;
export type DrawnLayer = Bare<
  CircleLayerSpecification | FillLayerSpecification | HeatmapLayerSpecification | LineLayerSpecification | SymbolLayerSpecification
>;

const EMPTY: GeoJSON = { type: 'FeatureCollection', features: [] };

export class Drawing {
  readonly #map: MapLibre;
  readonly #id: string;
  readonly #layers: (ink: Ink) => readonly DrawnLayer[];
  readonly #below: string;
  readonly #apply: () => void;
  #shapes: GeoJSON = EMPTY;
  #shown = true;
  #theme: Theme = 'dark';

  /** `layers` are drawn below the layer `below`, the first one lowest; their ids begin with `id`. */
  constructor(map: MapLibre, id: string, below: string, layers: (ink: Ink) => readonly DrawnLayer[]) {
    this.#map = map;
    this.#id = id;
    this.#below = below;
    this.#layers = layers;
    this.#apply = styled(map, () => this.#put());
    this.#apply();
  }

  /** Other shapes, in place of those there were. */
  draw(shapes: GeoJSON): void {
    this.#shapes = shapes;
    if (hasStyle(this.#map)) this.#map.getSource<GeoJSONSource>(this.#id)?.setData(shapes);
  }

  clear(): void {
    if (this.#shapes !== EMPTY) this.draw(EMPTY);
  }

  show(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#apply();
  }

  paint(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#apply();
  }

  #put(): void {
    const map = this.#map;
    if (!map.getSource(this.#id)) map.addSource(this.#id, { type: 'geojson', data: this.#shapes });
    for (const bare of this.#layers(INKS[this.#theme])) {
      const layer = { ...bare, source: this.#id };
      if (map.getLayer(layer.id)) repaint(map, layer);
      else map.addLayer(layer, map.getLayer(this.#below) ? this.#below : undefined);
      map.setLayoutProperty(layer.id, 'visibility', this.#shown ? 'visible' : 'none');
    }
  }
}
