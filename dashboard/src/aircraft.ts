/**
 * The aircraft on the map. For this first map they are MapLibre symbols, given anew a few times a
 * second; callers only know `draw`, `pick` and `stress`, so a layer of our own can take its place.
 */
import type { Feature, FeatureCollection, Point } from 'geojson';
import type {
  CircleLayerSpecification, ExpressionSpecification, FilterSpecification, GeoJSONSource, Map as MapLibre, PointLike,
  SymbolLayerSpecification,
} from 'maplibre-gl';
import { iconImages, iconName } from './icons';
import type { Flight } from './messages';
import { climbed, extrapolate, type Place } from './motion';
import { FONT } from './style';

const SOURCE = 'aircraft';
const REACH_PX = 12; // how near a click must be
const LABELS_FROM_ZOOM = 6.5;
const COASTING_OPACITY = 0.4;
const ASIDE = 0.6; // how strongly the others are drawn while one is selected
/** What belongs to the selected flight, its trail for instance, goes in front of the others, below this layer. */
export const SELECTED_LAYER = 'selected-halo';

export interface Aircraft {
  id: string;
  icon: string;
  track: number;
  callsign: string;
  coasting: boolean;
  emergency: boolean;
  selected: boolean;
}

/** Where a flight is by now; null without a position. Silence alone never stops it: the server says when it is gone. */
export function placeAt(flight: Flight, streamNow: number): Place | null {
  if (flight.lat === null || flight.lon === null) return null;
  const place = { lat: flight.lat, lon: flight.lon };
  return extrapolate(place, flight.ground_speed_kt, flight.track_deg, sinceHeard(flight, streamNow));
}

/** How high it is by now: an altitude is not sent again while it changes as its vertical rate says. */
export function altitudeAt(
  flight: Flight, streamNow: number, of: 'altitude_ft' | 'geo_altitude_ft' = 'altitude_ft',
): number | null {
  return climbed(flight[of], flight.vertical_rate_fpm, sinceHeard(flight, streamNow));
}

/** In seconds; without a time what was heard is taken as it is. */
function sinceHeard(flight: Flight, streamNow: number): number {
  return flight.time === null ? 0 : (streamNow - flight.time) / 1000;
}

export function aircraftFeature(
  flight: Flight, streamNow: number, selected: boolean,
): Feature<Point, Aircraft> | null {
  const place = placeAt(flight, streamNow);
  if (!place) return null;
  const { category, type_code, track_deg, on_ground, emergency } = flight;
  const altitude_ft = altitudeAt(flight, streamNow);
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [place.lon, place.lat] },
    properties: {
      id: flight.id,
      icon: iconName({ category, type_code, track_deg, altitude_ft, on_ground, emergency }),
      track: track_deg ?? 0,
      callsign: flight.callsign ?? '',
      coasting: flight.coasting === true,
      emergency: emergency !== null,
      selected,
    },
  };
}

/** `sizes` are those at zoom 1, 5 and 9. */
function symbols(
  id: string, filter: FilterSpecification, ...sizes: [number, number, number]
): SymbolLayerSpecification {
  const [far, middle, near] = sizes;
  return {
    id, type: 'symbol', source: SOURCE, filter,
    layout: {
      'icon-image': ['get', 'icon'],
      'icon-rotate': ['get', 'track'],
      'icon-rotation-alignment': 'map',
      'icon-pitch-alignment': 'map',
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 1, far, 5, middle, 9, near],
    },
    paint: { 'icon-opacity': ['case', ['get', 'coasting'], COASTING_OPACITY, 1] },
  };
}

function halo(id: string, filter: FilterSpecification, colour: string): CircleLayerSpecification {
  return {
    id, type: 'circle', source: SOURCE, filter,
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 1, 11, 5, 15, 9, 22],
      'circle-color': colour, 'circle-opacity': 0.14,
      'circle-stroke-color': colour, 'circle-stroke-width': 1.5, 'circle-stroke-opacity': 0.85,
    },
  };
}

export class AircraftLayer {
  readonly #map: MapLibre;

  constructor(map: MapLibre) {
    this.#map = map;
    for (const { name, image, pixelRatio } of iconImages()) map.addImage(name, image, { pixelRatio });
    const none: FeatureCollection = { type: 'FeatureCollection', features: [] };
    map.addSource(SOURCE, { type: 'geojson', data: none, buffer: 64, tolerance: 0 });
    const marked: FilterSpecification = ['any', ['get', 'emergency'], ['get', 'selected']];
    map.addLayer(symbols('aircraft', ['!', marked], 0.36, 0.6, 1));
    map.addLayer(halo('emergency-halo', ['get', 'emergency'], '#ff4d5e'));
    map.addLayer(symbols('emergency', ['get', 'emergency'], 0.6, 0.8, 1.15));
    map.addLayer(halo(SELECTED_LAYER, ['get', 'selected'], '#ffffff'));
    map.addLayer(symbols('selected', ['get', 'selected'], 0.6, 0.8, 1.15));
    map.addLayer({
      id: 'callsigns', type: 'symbol', source: SOURCE, minzoom: LABELS_FROM_ZOOM,
      layout: {
        'text-field': ['get', 'callsign'], 'text-font': FONT, 'text-size': 11, 'text-offset': [1.3, 0],
        'text-anchor': 'left', 'text-optional': true,
        'symbol-sort-key': ['case', ['get', 'selected'], 0, ['get', 'emergency'], 1, 2],
      },
      paint: { 'text-color': '#e8f0fb', 'text-halo-color': '#0a111c', 'text-halo-width': 1.4 },
    });
  }

  draw(flights: Iterable<Flight>, streamNow: number, selected: string | null): void {
    const features: Feature<Point, Aircraft>[] = [];
    for (const flight of flights) {
      const feature = aircraftFeature(flight, streamNow, flight.id === selected);
      if (feature) features.push(feature);
    }
    void this.#map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'FeatureCollection', features });
  }

  /** Lets the others step back while one flight is selected. */
  stress(selected: boolean): void {
    const usual = selected ? ASIDE : 1;
    const opacity: ExpressionSpecification = ['case', ['get', 'coasting'], COASTING_OPACITY * usual, usual];
    this.#map.setPaintProperty('aircraft', 'icon-opacity', opacity);
  }

  /** The id of the flight drawn nearest to a point of the screen, within reach. */
  pick(point: { x: number; y: number }): string | null {
    const box: [PointLike, PointLike] = [
      [point.x - REACH_PX, point.y - REACH_PX],
      [point.x + REACH_PX, point.y + REACH_PX],
    ];
    let nearest: string | null = null;
    let least = Infinity;
    for (const feature of this.#map.queryRenderedFeatures(box, { layers: ['aircraft', 'emergency', 'selected'] })) {
      const [lon, lat] = (feature.geometry as Point).coordinates;
      const drawn = this.#map.project([lon ?? 0, lat ?? 0]);
      const distance = Math.hypot(drawn.x - point.x, drawn.y - point.y);
      if (distance >= least) continue;
      least = distance;
      nearest = String(feature.properties['id']);
    }
    return nearest;
  }
}
