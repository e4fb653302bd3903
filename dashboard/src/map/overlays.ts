/**
 * Files of the person's own on the map: GeoJSON, and PMTiles with vectors or pictures. They are read here in the
 * browser and go nowhere.
 */
import { effect, signal } from '@preact/signals';
import type { LayerSpecification, Map as MapLibre, SourceSpecification } from 'maplibre-gl';
import { FileSource, PMTiles, TileType, type Protocol } from 'pmtiles';
import type { Core } from '../app';
import { flip } from '../state/state';
import { repaint } from './basemap';
import { INKS, type Ink } from './inks';
import { NotShown, boundsOf, readGeoJson } from './own_geojson';
import { FIRST_NAME_LAYER, FONT } from './style';
import { styled } from './styled';

/** One file. */
export interface Overlay {
  readonly id: string;
  readonly name: string;
  readonly shown: boolean;
}

interface Content {
  readonly id: string;
  readonly source: SourceSpecification;
  layers(ink: Ink): readonly LayerSpecification[];
  readonly bounds: [number, number, number, number];
}

const MOST_BYTES = 50 * 2 ** 20; // of GeoJSON, which is read whole; PMTiles are read in pieces
const LONGEST_NAME = 80;
const PMTILES_MAGIC = 'PMTiles';
const CLOSE_ZOOM = 12;

export class Overlays {
  readonly list = signal<readonly Overlay[]>([]);
  /** Why the last file is not shown, in a sentence; empty if it is. */
  readonly trouble = signal('');
  readonly #map: MapLibre;
  readonly #core: Core;
  readonly #archives: Protocol;
  readonly #contents = new Map<string, Content>();
  readonly #apply: () => void;
  #made = 0;

  constructor(map: MapLibre, core: Core, archives: Protocol) {
    this.#map = map;
    this.#core = core;
    this.#archives = archives;
    this.#apply = styled(map, () => this.#put());
    effect(() => {
      void [core.state.theme.value, this.list.value];
      this.#apply();
    });
    const container = map.getContainer();
    container.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    });
    container.addEventListener('drop', (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      void this.add(event.dataTransfer.files).then(() => {
        if (this.trouble.peek() !== '') flip(core.state.open, 'layers', true); // where it is told
      });
    });
  }

  async add(files: Iterable<File>): Promise<void> {
    this.trouble.value = '';
    for (const file of files) {
      const name = file.name.slice(0, LONGEST_NAME);
      const id = `own-${++this.#made}`;
      try {
        const content = await this.#read(id, file);
        this.#contents.set(id, content);
        this.list.value = [...this.list.peek(), { id, name, shown: true }];
        const [west, south, east, north] = content.bounds;
        if (east - west < 350) this.#map.fitBounds([west, south, east, north], { padding: 80, maxZoom: CLOSE_ZOOM });
      } catch (error) {
        const why = error instanceof NotShown ? error.message : 'It cannot be read: it may be broken, or have been moved.';
        this.trouble.value = `${name} is not shown. ${why}`;
      }
    }
  }

  show(id: string, shown: boolean): void {
    this.list.value = this.list.peek().map((one) => (one.id === id ? { ...one, shown } : one));
  }

  remove(id: string): void {
    this.#contents.delete(id);
    this.#archives.tiles.delete(id);
    this.list.value = this.list.peek().filter((one) => one.id !== id);
  }

  async #read(id: string, file: File): Promise<Content> {
    if ((await file.slice(0, PMTILES_MAGIC.length).text()) === PMTILES_MAGIC) return this.#archive(id, file);
    if (file.size > MOST_BYTES) {
      throw new NotShown(`It is larger than 50 MB (${Math.ceil(file.size / 2 ** 20)} MB): make a PMTiles file of it, for example with tippecanoe.`);
    }
    const shapes = readGeoJson(await file.text());
    return { id, source: { type: 'geojson', data: shapes }, layers: (ink) => shapeLayers(id, ink, null, ['get', 'name']), bounds: boundsOf(shapes) };
  }

  async #archive(id: string, file: File): Promise<Content> {
    const archive = new PMTiles(new FileSource(new File([file], id)));
    const header = await archive.getHeader().catch(() => {
      throw new NotShown('It begins like PMTiles of version 3, but is broken or of another version.');
    });
    this.#archives.add(archive);
    const bounds: Content['bounds'] = [header.minLon, header.minLat, header.maxLon, header.maxLat];
    const url = `pmtiles://${id}`;
    if (header.tileType !== TileType.Mvt) {
      if (header.tileType === TileType.Unknown) throw new NotShown('It does not say what its tiles are.');
      return { id, source: { type: 'raster', url, tileSize: 256 }, layers: () => [{ id: `${id}-tiles`, type: 'raster', source: id }], bounds };
    }
    const about = (await archive.getMetadata()) as { vector_layers?: { id?: unknown }[] } | null;
    const parts = (about?.vector_layers ?? []).map((layer) => layer.id).filter((part): part is string => typeof part === 'string');
    if (parts.length === 0) throw new NotShown('It does not say which layers of vectors it holds.');
    const layers = (ink: Ink) => parts.flatMap((part) => shapeLayers(id, ink, part, ['get', 'name']));
    return { id, source: { type: 'vector', url }, layers, bounds };
  }

  /** Makes the map what the list says. */
  #put(): void {
    const map = this.#map;
    const ink = INKS[this.#core.state.theme.peek()];
    for (const { id, shown } of this.list.peek()) {
      const content = this.#contents.get(id)!;
      if (!map.getSource(id)) map.addSource(id, content.source);
      for (const layer of content.layers(ink)) {
        if (map.getLayer(layer.id)) repaint(map, layer);
        else map.addLayer(layer, FIRST_NAME_LAYER);
        map.setLayoutProperty(layer.id, 'visibility', shown ? 'visible' : 'none');
      }
    }
    for (const { id, ...layer } of map.getStyle().layers) {
      if ('source' in layer && layer.source.startsWith('own-') && !this.#contents.has(layer.source)) map.removeLayer(id);
    }
    for (const id of Object.keys(map.getStyle().sources)) if (id.startsWith('own-') && !this.#contents.has(id)) map.removeSource(id);
  }
}

/** Any shapes, drawn alike. `part` is the layer of a vector source; null for GeoJSON. */
function shapeLayers(source: string, ink: Ink, part: string | null, name: ['get', string]): LayerSpecification[] {
  const id = part === null ? source : `${source}-${part}`;
  const of = part === null ? { source } : { source, 'source-layer': part };
  return [
    {
      id: `${id}-fill`, type: 'fill', ...of, filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': ink.own, 'fill-opacity': part === null ? 0.1 : 0.05 },
    },
    {
      id: `${id}-line`, type: 'line', ...of, filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': ink.own, 'line-width': part === null ? 1.5 : 0.9, 'line-opacity': part === null ? 0.75 : 0.45 },
    },
    {
      id: `${id}-point`, type: 'circle', ...of, filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 3, 'circle-color': ink.own, 'circle-stroke-color': ink.halo, 'circle-stroke-width': 1.2 },
    },
    {
      id: `${id}-name`, type: 'symbol', ...of, filter: ['has', 'name'],
      layout: { 'text-field': ['to-string', name], 'text-font': FONT, 'text-size': 11, 'text-offset': [0, 0.9], 'text-anchor': 'top' },
      paint: { 'text-color': ink.own, 'text-halo-color': ink.halo, 'text-halo-width': 1.4 },
    },
  ];
}
