/**
 * The basemap: a few dark layers over the three archives of `/basemap/`. The browser's own web font
 * draws the text, so there are no glyph files; it must be loaded before the map is made.
 */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

export const FONT_FAMILY = 'Inter Variable';
export const FONT = [FONT_FAMILY, 'DejaVu Sans', 'sans-serif'];

/** Layers of our own go in front of this one: above the ground, below the names. */
export const FIRST_NAME_LAYER = 'marine';

const INK = {
  sea: '#0a111c', land: '#17212f', lake: '#0c1522', coast: '#2d3f58', border: '#42556f', state: '#253347',
  country: '#7f93ae', city: '#94a7c2', marine: '#3a5d86', runway: '#6f86a6', airport: '#5fb4d8', halo: '#0a111c',
};
const HALO = { 'text-halo-color': INK.halo, 'text-halo-width': 1.2 };

function byZoom(...stops: number[]): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...stops] as unknown as ExpressionSpecification;
}

const GROUND: LayerSpecification[] = [
  { id: 'sea', type: 'background', paint: { 'background-color': INK.sea } },
  { id: 'land', type: 'fill', source: 'base', 'source-layer': 'land', paint: { 'fill-color': INK.land } },
  {
    id: 'coast', type: 'line', source: 'base', 'source-layer': 'land',
    paint: { 'line-color': INK.coast, 'line-width': byZoom(0, 0.5, 6, 1.2) },
  },
  { id: 'lakes', type: 'fill', source: 'base', 'source-layer': 'lakes', paint: { 'fill-color': INK.lake } },
  {
    id: 'states', type: 'line', source: 'base', 'source-layer': 'states', minzoom: 3.5,
    paint: { 'line-color': INK.state, 'line-width': 0.8, 'line-dasharray': [3, 2] },
  },
  {
    id: 'borders', type: 'line', source: 'base', 'source-layer': 'borders',
    paint: { 'line-color': INK.border, 'line-width': byZoom(0, 0.4, 6, 1.3) },
  },
  {
    id: 'runways', type: 'line', source: 'aero', 'source-layer': 'runways', minzoom: 8,
    paint: {
      'line-color': INK.runway,
      'line-width': ['interpolate', ['exponential', 2], ['zoom'], 8, 1, 14, 9],
    },
  },
  {
    id: 'airports', type: 'circle', source: 'aero', 'source-layer': 'airports', minzoom: 4,
    paint: {
      'circle-radius': byZoom(4, 1.4, 10, 3.5), 'circle-color': INK.land, 'circle-opacity': 0.9,
      'circle-stroke-color': INK.airport, 'circle-stroke-width': byZoom(4, 0.8, 8, 1.2),
      'circle-stroke-opacity': byZoom(4, 0.5, 7, 1),
    },
  },
];

const COUNTRY_FROM: ExpressionSpecification = ['to-number', ['get', 'minz']];

const NAMES: LayerSpecification[] = [
  {
    id: FIRST_NAME_LAYER, type: 'symbol', source: 'labels', 'source-layer': 'marine',
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'text-letter-spacing': 0.12,
      'text-max-width': 7, 'symbol-sort-key': ['-', 0, ['to-number', ['get', 's']]],
    },
    paint: { 'text-color': INK.marine },
  },
  {
    id: 'airport-names', type: 'symbol', source: 'aero', 'source-layer': 'airports', minzoom: 5.5,
    layout: {
      'text-field': ['coalesce', ['get', 'iata'], ['get', 'id']], 'text-font': FONT, 'text-size': 10.5,
      'text-offset': [0, 0.9], 'text-anchor': 'top',
    },
    paint: { 'text-color': INK.airport, ...HALO },
  },
  {
    id: 'cities', type: 'symbol', source: 'labels', 'source-layer': 'places', minzoom: 3,
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT, 'symbol-sort-key': ['get', 'rank'],
      'text-size': ['interpolate', ['linear'], ['get', 'rank'], 0, 14, 5, 10.5],
    },
    paint: { 'text-color': INK.city, 'text-opacity': 0.85, ...HALO },
  },
  {
    // A large country keeps its name up to zoom 7, a very small one for three zooms of its own.
    id: 'countries', type: 'symbol', source: 'labels', 'source-layer': 'countries',
    filter: ['all', ['>=', ['zoom'], COUNTRY_FROM], ['<', ['zoom'], ['max', 7, ['+', COUNTRY_FROM, 3]]]],
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': byZoom(1, 9.5, 5, 15),
      'text-transform': 'uppercase', 'text-letter-spacing': 0.14, 'text-max-width': 6,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { 'text-color': INK.country, ...HALO },
  },
];

/** `basemap` is the absolute address of the folder with the archives, ending in a slash. */
export function style(basemap: string): StyleSpecification {
  const archive = (name: string) => ({ type: 'vector' as const, url: `pmtiles://${basemap}${name}.pmtiles` });
  return {
    version: 8,
    projection: { type: 'globe' },
    sky: { 'atmosphere-blend': ['interpolate', ['linear'], ['zoom'], 0, 0.35, 5, 0.3, 7, 0] },
    sources: { base: archive('base'), labels: archive('labels'), aero: archive('aero') },
    layers: [...GROUND, ...NAMES],
  };
}
