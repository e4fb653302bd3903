/** The map: MapLibre over the offline basemap, with the night on it. No request leaves this host. */
import {
  AttributionControl, LngLat, Map as MapLibre, NavigationControl, ScaleControl, addProtocol, setWorkerUrl,
  type GeoJSONSource,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Place } from './motion';
import { nightSide } from './night';
import { FIRST_NAME_LAYER, FONT_FAMILY, style } from './style';
import { globeZoom } from './viewport';

const START = { lat: 40, lon: 8 };
const DUSK_DEG = [0, 4, 8, 12]; // laid over one another they make a soft edge of the night
const SHADE = 0.13;
const SAME_PLACE_M = 50_000;

/** What a browser without WebGL 2 is told; null if the map can be drawn. */
export function whyNoMap(): string | null {
  if (document.createElement('canvas').getContext('webgl2')) return null;
  return (
    'The map cannot be drawn: this browser offers no WebGL 2. Switch on hardware acceleration in its settings, ' +
    'or open this page in a current Firefox, Chrome, Edge or Safari.'
  );
}

/** Resolves once the map has loaded. */
export async function makeMap(container: HTMLElement, basemap: string): Promise<MapLibre> {
  setWorkerUrl(workerUrl);
  addProtocol('pmtiles', new Protocol().tile);
  // Both subsets the names need; a font that comes later would leave them in a fallback for good.
  await document.fonts.load(`16px "${FONT_FAMILY}"`, 'aŁ');
  const map = new MapLibre({
    container,
    style: style(basemap),
    center: [START.lon, START.lat],
    zoom: globeZoom(container.clientWidth, container.clientHeight, START.lat),
    minZoom: 0.5,
    maxZoom: 15,
    hash: true,
    attributionControl: false,
    fadeDuration: 0, // aircraft are symbols that move several times a second: fading would smear them
    maxPitch: 60,
  });
  map.addControl(new NavigationControl({ visualizePitch: true }), 'top-right');
  const origins = new AttributionControl({ compact: false, customAttribution: 'Natural Earth · OurAirports' });
  map.addControl(origins, 'bottom-right');
  map.addControl(new ScaleControl({ unit: 'nautical', maxWidth: 110 }), 'bottom-right');
  await map.once('load');
  return map;
}

/**
 * Where a place is on the screen, from the map's top left corner; null behind the globe. There the
 * map projects it all the same, but what lies at that pixel, in front, is another place.
 */
export function pixelOf(map: MapLibre, place: Place): { x: number; y: number } | null {
  const { x, y } = map.project([place.lon, place.lat]);
  const front = map.unproject([x, y]);
  return front.distanceTo(new LngLat(place.lon, place.lat)) < SAME_PLACE_M ? { x, y } : null;
}

export function addNight(map: MapLibre): void {
  for (const depth of DUSK_DEG) {
    const id = `night-${depth}`;
    map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    const paint = { 'fill-color': '#000208', 'fill-opacity': SHADE, 'fill-antialias': false };
    map.addLayer({ id, type: 'fill', source: id, paint }, FIRST_NAME_LAYER);
  }
}

/** The sun at stream time, so that a recording is seen in its own light. */
export function drawNight(map: MapLibre, streamNow: number): void {
  for (const depth of DUSK_DEG) map.getSource<GeoJSONSource>(`night-${depth}`)?.setData(nightSide(streamNow, depth));
}
