/** The map: MapLibre over the offline basemap, with our layers on it. No request leaves this host. */
import { effect } from '@preact/signals';
import {
  AttributionControl, LngLat, Map as MapLibre, NavigationControl, ScaleControl, addProtocol, setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Core } from '../app';
import type { Place } from '../sky/motion';
import type { Change } from '../sky/sky';
import type { Box } from '../stream/connection';
import { AircraftLayer, SELECTED_LAYER } from './aircraft';
import { followBasemap } from './basemap';
import { centreBeside, offsetTo } from './clear_part';
import { CoverageLayer } from './coverage_layer';
import { Follow } from './follow';
import { HeatLayer } from './heat_layer';
import { Measure } from './measure';
import { NightLayer } from './night_layer';
import { Overlays } from './overlays';
import { RingsLayer } from './rings_layer';
import { FIRST_NAME_LAYER, FONT_FAMILY, style } from './style';
import { Trail } from './trail';
import { TrailsLayer } from './trails_layer';
import type { View } from './view';
import { globeZoom } from './viewport';

const SAME_PLACE_M = 50_000;
const CLOSE_ZOOM = 8;
const NEAR_PX = 10; // to where a place was to be
const FIT_PX = 60; // around what is to be seen whole
const FOLLOWED_MS = 1000;
const SHARPEST = 2; // device pixels of a pixel: a phone's third costs twice the work and nobody sees it
const STEP_MS = 250; // of a key
const SCALES = { aviation: 'nautical', metric: 'metric', imperial: 'imperial' } as const;

/** Something drawn on the map. It follows the state by signals, and the sky by what it is told here. */
export interface MapPart {
  /** A tick is complete. */
  take?(change: Change, started: boolean): void;
  /** An animation frame at a moment of the steady clock. */
  frame?(wall: number): void;
}

/** Resolves once there are both subsets that names need: a font that comes later would leave them in a fallback for good. */
export async function loadFonts(): Promise<void> {
  await document.fonts.load(`16px "${FONT_FAMILY}"`, 'aŁ');
}

/** Resolves once layers can be put on the map, which needs the fonts. `camera` of the state says where it looks, unless nobody chose: then at the globe. */
export async function openMap(container: HTMLElement, basemap: string, core: Core, chosen: boolean): Promise<MapView> {
  setWorkerUrl(workerUrl);
  const archives = new Protocol();
  addProtocol('pmtiles', archives.tile);
  const { lat, lon, zoom, bearing, pitch } = core.state.camera.peek();
  const map = new MapLibre({
    container,
    style: style(basemap, core.state.theme.peek()),
    center: [lon, lat],
    zoom: chosen ? zoom : globeZoom(container.clientWidth, container.clientHeight, lat),
    bearing,
    pitch,
    minZoom: 0.5,
    maxZoom: 15,
    attributionControl: false,
    pixelRatio: Math.min(SHARPEST, devicePixelRatio),
    fadeDuration: 0, // names that fade keep the map repainting
    maxPitch: 60,
  });
  map.addControl(new NavigationControl({ visualizePitch: true }), 'top-right');
  const origins = new AttributionControl({ compact: false, customAttribution: 'Natural Earth · OurAirports' });
  map.addControl(origins, 'bottom-right');
  const scale = new ScaleControl({ maxWidth: 110 });
  map.addControl(scale, 'bottom-right');
  effect(() => scale.setUnit(SCALES[core.state.units.value]));
  map.on('error', ({ error }) => console.warn(`A part of the map could not be had: ${error.message}`)); // the server may be away
  await map.once('style.load'); // its tiles come while the flights fly already
  return new MapView(map, core, archives);
}

export class MapView implements View {
  readonly map: MapLibre;
  readonly #core: Core;
  readonly aircraft: AircraftLayer;
  readonly overlays: Overlays;
  readonly #parts: readonly MapPart[];
  #pointer: { x: number; y: number } | null = null; // where it has moved to since the last frame
  #lost = false; // the GL context: there is no style then to ask anything of

  constructor(map: MapLibre, core: Core, archives: Protocol) {
    this.map = map;
    this.#core = core;
    const { state } = core;
    effect(() => {
      map.setProjection({ type: state.projection.value === 'globe' ? 'globe' : 'mercator' });
    });
    map.on('webglcontextlost', () => (this.#lost = true));
    map.on('webglcontextrestored', () => (this.#lost = false));
    followBasemap(map, state);
    const night = new NightLayer(map, core);
    const heat = new HeatLayer(map, core, FIRST_NAME_LAYER);
    this.aircraft = new AircraftLayer(map, core);
    const coverage = new CoverageLayer(map, core, FIRST_NAME_LAYER);
    const rings = new RingsLayer(map, core, SELECTED_LAYER);
    this.overlays = new Overlays(map, core, archives);
    const trails = new TrailsLayer(map, core, SELECTED_LAYER);
    const trail = new Trail(map, core, SELECTED_LAYER);
    const follow = new Follow(map, core);
    effect(() => this.aircraft.hover(state.hovered.value));
    const measure = new Measure(map, core);
    this.#parts = [night, heat, coverage, rings, trails, trail, measure, follow, this.aircraft];

    let looking = state.camera.peek();
    const look = (): void => {
      const { lat, lng: lon } = map.getCenter().wrap();
      state.camera.value = looking = { lat, lon, zoom: map.getZoom(), bearing: map.getBearing(), pitch: map.getPitch() };
    };
    look();
    effect(() => {
      const camera = state.camera.value;
      if (camera !== looking) map.jumpTo({ ...camera, center: [camera.lon, camera.lat] }); // another address was opened
    });
    let looked = -Infinity;
    map.on('moveend', (event) => {
      const wall = core.wall();
      if ('following' in event && wall - looked < FOLLOWED_MS) return; // a stream that is asked all the time gives nothing
      looked = wall;
      look();
    });
    map.on('click', ({ point, originalEvent }) => {
      if (state.measure.peek()?.open) return; // it is a point of the way that is measured
      const id = this.pick(point.x, point.y);
      if ((originalEvent.shiftKey || state.multi.peek()) && id !== null) state.toggle(id);
      else if (state.multi.peek()) return; // beside a flight: no reason to lose the others
      else state.choose(id);
    });
    map.on('mousemove', ({ point }) => (this.#pointer = point));
    map.on('mouseout', () => (this.#pointer = { x: -1e6, y: 0 }));
  }

  bounds(): Box {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  goTo(place: Place, zoom = Math.max(CLOSE_ZOOM, this.map.getZoom())): void {
    setTimeout(() => { // the panel of what was just selected is not there yet
      const { clientWidth, clientHeight } = this.map.getContainer();
      const { x, y } = offsetTo(this.#core.clear(), clientWidth, clientHeight);
      const { lat, lon } = centreBeside(place, { x, y }, zoom, this.map.getBearing());
      this.map.once('moveend', () => { // a small globe is curved, a tilted map is nearer below: the rest of the way is short
        const at = this.map.project([place.lon, place.lat]);
        const rest = Math.hypot(at.x - clientWidth / 2 - x, at.y - clientHeight / 2 - y);
        if (rest > NEAR_PX && !this.map.isMoving()) this.map.easeTo({ center: [place.lon, place.lat], offset: [x, y], duration: STEP_MS });
      });
      this.map.easeTo({ center: [lon, lat], zoom }); // MapLibre itself heeds reduced motion
    });
  }

  fit(box: Box): void {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { left, top, right, bottom } = this.#core.clear();
    const [across, down] = [right - left, bottom - top].map((side) => Math.min(FIT_PX, side / 8)) as [number, number];
    const padding = { left: left + across, top: top + down, right: clientWidth - right + across, bottom: clientHeight - bottom + down };
    this.map.fitBounds([box[0], box[1], box[2], box[3]], { padding, maxZoom: CLOSE_ZOOM, animate: false });
  }

  pan(right: number, down: number): void {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const side = Math.min(clientWidth, clientHeight);
    this.map.panBy([right * side, down * side], { duration: STEP_MS });
  }

  zoomBy(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: STEP_MS });
  }

  /** There behind the globe the map projects a place all the same, but what lies at that pixel, in front, is another. */
  pixelOf(place: Place): { x: number; y: number } | null {
    const { x, y } = this.map.project([place.lon, place.lat]);
    const front = this.map.unproject([x, y]);
    return front.distanceTo(new LngLat(place.lon, place.lat)) < SAME_PLACE_M ? { x, y } : null;
  }

  pick(x: number, y: number): string | null {
    return this.aircraft.pick(x, y);
  }

  take(change: Change, started: boolean): void {
    for (const part of this.#parts) part.take?.(change, started);
  }

  frame(wall: number): void {
    if (this.#core.sky.tick === 0 || this.#lost) return;
    if (this.#pointer) {
      const measuring = this.#core.state.measure.peek()?.open === true;
      const id = measuring ? null : this.pick(this.#pointer.x, this.#pointer.y);
      this.#pointer = null;
      this.#core.state.hovered.value = id;
      this.map.getCanvas().style.cursor = measuring ? 'crosshair' : id === null ? '' : 'pointer';
    }
    for (const part of this.#parts) part.frame?.(wall);
  }
}
