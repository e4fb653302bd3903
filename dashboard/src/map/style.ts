/**
 * The basemap: a few quiet layers over the three archives of `/basemap/`, in the inks of a theme. The browser's own
 * web font draws the text, so there are no glyph files; it must be loaded before the map is made.
 */
import type { ExpressionSpecification, LayerSpecification, SkySpecification, StyleSpecification } from 'maplibre-gl';
import type { LayerName, Theme } from '../state/state';
import { INKS, type Ink } from './inks';

export const FONT_FAMILY = 'Inter Variable';
export const FONT = [FONT_FAMILY, 'DejaVu Sans', 'sans-serif'];

/** Layers of our own go in front of this one: above the ground, below the names. */
export const FIRST_NAME_LAYER = 'marine';

/** The layers of the basemap that a switch shows and hides. */
export const SWITCHED: Partial<Record<LayerName, readonly string[]>> = {
  airports: ['runways', 'airports', 'airport-names', 'runway-names'],
  places: ['marine', 'cities', 'countries'],
};

const NET_STEP_DEG = 10;
const NET_END_DEG = 80;

function byZoom(...stops: (number | ExpressionSpecification)[]): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...stops] as unknown as ExpressionSpecification;
}

function ground(ink: Ink): LayerSpecification[] {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': ink.sea } },
    { id: 'net', type: 'line', source: 'net', maxzoom: 7, paint: { 'line-color': ink.net, 'line-width': 1 } },
    {
      id: 'shore', type: 'line', source: 'base', 'source-layer': 'land', // the half of it that the land leaves to be seen
      paint: { 'line-color': ink.shore, 'line-width': byZoom(0, 3, 6, 12), 'line-blur': byZoom(0, 3, 6, 12), 'line-opacity': 0.5 },
    },
    { id: 'land', type: 'fill', source: 'base', 'source-layer': 'land', paint: { 'fill-color': ink.land } },
    {
      id: 'coast', type: 'line', source: 'base', 'source-layer': 'land',
      paint: { 'line-color': ink.coast, 'line-width': byZoom(0, 0.4, 6, 1.1) },
    },
    { id: 'lakes', type: 'fill', source: 'base', 'source-layer': 'lakes', paint: { 'fill-color': ink.sea } },
    {
      id: 'states', type: 'line', source: 'base', 'source-layer': 'states', minzoom: 3.5,
      paint: { 'line-color': ink.state, 'line-width': 0.8, 'line-dasharray': [3, 2], 'line-opacity': byZoom(3.5, 0, 4.5, 1) },
    },
    {
      id: 'borders', type: 'line', source: 'base', 'source-layer': 'borders',
      paint: { 'line-color': ink.border, 'line-width': byZoom(0, 0.4, 6, 1.2), 'line-opacity': byZoom(1, 0.6, 5, 0.9) },
    },
    {
      id: 'runways', type: 'line', source: 'aero', 'source-layer': 'runways', minzoom: 8,
      paint: { 'line-color': ink.runway, 'line-width': ['interpolate', ['exponential', 2], ['zoom'], 8, 0.9, 14, 9] },
    },
    {
      id: 'airports', type: 'circle', source: 'aero', 'source-layer': 'airports', minzoom: 4, filter: airportsFrom(4, 6, 8),
      paint: {
        'circle-radius': byZoom(4, 1.3, 10, ['match', ['get', 'cls'], 'l', 4, 'm', 3, 2.2]),
        'circle-color': ink.land, 'circle-opacity': byZoom(10, 0.9, 12, 0),
        'circle-stroke-color': ink.airport, 'circle-stroke-width': byZoom(4, 0.7, 8, 1.2),
        'circle-stroke-opacity': byZoom(4, 0.35, 7, 0.9, 10.5, 0.9, 12, 0), // there its runways stand for it
      },
    },
  ];
}

/** Large airports from one zoom on, middle ones from the next, small ones from the last. */
function airportsFrom(large: number, middle: number, small: number): ExpressionSpecification {
  return ['>=', ['zoom'], ['match', ['get', 'cls'], 'l', large, 'm', middle, small]];
}

const COUNTRY_FROM: ExpressionSpecification = ['to-number', ['get', 'minz']];
const AIRPORT_CODE: ExpressionSpecification = ['coalesce', ['get', 'iata'], ['get', 'id']];

/** Where many flights are, small places would only be in the way: the largest cities come first, one rank with each zoom. */
const CITY_RANKS: ExpressionSpecification = ['step', ['zoom'], 0, 4, 1, 5, 2, 6, 3, 7, 4, 8, 5];

function names(ink: Ink): LayerSpecification[] {
  const halo = { 'text-halo-color': ink.halo, 'text-halo-width': 1.3, 'text-halo-blur': 0.4 };
  return [
    {
      id: FIRST_NAME_LAYER, type: 'symbol', source: 'labels', 'source-layer': 'marine',
      layout: {
        'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': byZoom(1, 10, 6, 13), 'text-letter-spacing': 0.16,
        'text-max-width': 7, 'text-line-height': 1.35, 'symbol-sort-key': ['-', 0, ['to-number', ['get', 's']]],
      },
      paint: { 'text-color': ink.marine, 'text-opacity': 0.9 },
    },
    {
      id: 'runway-names', type: 'symbol', source: 'aero', 'source-layer': 'runways', minzoom: 11.5,
      layout: {
        'text-field': ['concat', ['get', 'le'], '  ·  ', ['get', 'he']], 'text-font': FONT, 'text-size': 10.5,
        'symbol-placement': 'line-center', 'text-offset': [0, -1.1],
      },
      paint: { 'text-color': ink.airportName, ...halo },
    },
    {
      id: 'airport-names', type: 'symbol', source: 'aero', 'source-layer': 'airports', minzoom: 5.5, filter: airportsFrom(5, 7, 9),
      layout: {
        'text-field': [
          'step', ['zoom'], AIRPORT_CODE,
          9.5, ['format', AIRPORT_CODE, {}, '\n', {}, ['coalesce', ['get', 'name'], ''], { 'font-scale': 0.86 }],
        ],
        'text-font': FONT, 'text-size': byZoom(5, 10, 11, 12), 'text-offset': [0, 0.8], 'text-anchor': 'top', 'text-max-width': 12,
        'symbol-sort-key': ['match', ['get', 'cls'], 'l', 0, 'm', 1, 2],
      },
      paint: { 'text-color': ink.airportName, 'text-opacity': byZoom(5.5, 0.7, 8, 1), ...halo },
    },
    {
      id: 'cities', type: 'symbol', source: 'labels', 'source-layer': 'places', minzoom: 3, filter: ['<=', ['get', 'rank'], CITY_RANKS],
      layout: {
        'text-field': ['get', 'name'], 'text-font': FONT, 'symbol-sort-key': ['get', 'rank'], 'text-padding': 6,
        'text-size': byZoom(3, ['interpolate', ['linear'], ['get', 'rank'], 0, 12, 5, 10], 9, ['interpolate', ['linear'], ['get', 'rank'], 0, 17, 5, 12]),
      },
      paint: { 'text-color': ink.city, 'text-opacity': byZoom(3, 0.6, 7, 0.9), ...halo },
    },
    {
      // A large country keeps its name up to zoom 7, a very small one for three zooms of its own.
      id: 'countries', type: 'symbol', source: 'labels', 'source-layer': 'countries',
      filter: ['all', ['>=', ['zoom'], COUNTRY_FROM], ['<', ['zoom'], ['max', 7, ['+', COUNTRY_FROM, 3]]]],
      layout: {
        'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': byZoom(1, 9, 5, 14),
        'text-transform': 'uppercase', 'text-letter-spacing': 0.2, 'text-max-width': 6, 'text-line-height': 1.35,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'text-color': ink.country, 'text-opacity': byZoom(5, 0.95, 7, 0.6), ...halo },
    },
  ];
}

/** All layers of the basemap, in the order in which they are drawn. */
export function basemapLayers(theme: Theme): LayerSpecification[] {
  return [...ground(INKS[theme]), ...names(INKS[theme])];
}

/** The air around the globe, and above the horizon of a tilted map. */
export function heaven(theme: Theme): SkySpecification {
  const { heaven: sky, horizon } = INKS[theme];
  return {
    'sky-color': sky, 'horizon-color': horizon, 'fog-color': horizon, 'sky-horizon-blend': 0.7, 'horizon-fog-blend': 0.6, 'fog-ground-blend': 0.9,
    'atmosphere-blend': byZoom(0, theme === 'dark' ? 0.35 : 0.2, 5, theme === 'dark' ? 0.3 : 0.15, 7, 0),
  };
}

/** `basemap` is the absolute address of the folder with the archives, ending in a slash. */
export function style(basemap: string, theme: Theme): StyleSpecification {
  const archive = (name: string) => ({ type: 'vector' as const, url: `pmtiles://${basemap}${name}.pmtiles` });
  return {
    version: 8,
    projection: { type: 'globe' },
    sky: heaven(theme),
    sources: { base: archive('base'), labels: archive('labels'), aero: archive('aero'), net: { type: 'geojson', data: net() } },
    layers: basemapLayers(theme),
  };
}

/** Meridians and parallels. */
function net(): GeoJSON.MultiLineString {
  const lines: GeoJSON.Position[][] = [];
  for (let lon = -180; lon < 180; lon += NET_STEP_DEG) lines.push([[lon, -NET_END_DEG], [lon, NET_END_DEG]]);
  for (let lat = -NET_END_DEG; lat <= NET_END_DEG; lat += NET_STEP_DEG) {
    lines.push([-180, -90, 0, 90, 180].map((lon) => [lon, lat]));
  }
  return { type: 'MultiLineString', coordinates: lines };
}
