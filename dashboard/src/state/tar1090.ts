/**
 * tar1090's query parameters, read as our choices, so that its links and bookmarks go on working:
 * `?icao=3c6444&zoom=9&enableLabels`. Names are not case-sensitive. What has no equivalent here is
 * left out; docs/reference/dashboard.md says which that is.
 */
import { DEFAULTS, number, placeOf, type Choices } from './choices';
import type { Camera, LayerName, Sorting } from './state';
import type { Place } from '../sky/motion';

/** The names that mean something here. */
export const TAKEN = [
  'icao', 'reg', 'noIsolation', 'icaoFilter', 'filterAltMin', 'filterAltMax', 'filterCallSign', 'filterType', 'filterIcao',
  'filterSources', 'filterDbFlag', 'filterMaxRange', 'mil', 'sortBy', 'sortByReverse', 'tableInView', 'hideSideBar', 'zoom', 'lat', 'lon', 'SiteLat',
  'SiteLon', 'centerReceiver', 'mapOrientation', 'baseMap', 'kiosk', 'hideButtons', 'screenshot', 'replay', 'replaySpeed',
  'replayPaused', 'heatmap', 'realHeat', 'allTracks', 'tempTrails', 'rangeRings', 'enableLabels', 'extendedLabels', 'scale',
  'iconScale', 'reset', 'nowebgl',
] as const;
/** The names that are tar1090's, but have no equivalent. */
export const LEFT_OUT = [
  'filterDescription', 'noVanish', 'trackLabels', 'labelScale', 'labelsGeom', 'geomEGM', 'mapDim',
  'mapContrast', 'monochromeMarkers', 'monochromeTracks', 'outlineOnly', 'outlineWidth', 'outlineColor', 'sidebarWidth',
  'altitudeChart', 'mobile', 'desktop', 'showerrors', 'heatDuration', 'heatEnd', 'heatAlpha', 'heatRadius',
  'heatManualRedraw', 'heatBlur', 'heatWeight',
] as const;

/** Aircraft that are to be selected, once their flights are known. */
export interface Sought {
  readonly icao24: readonly string[];
  readonly registrations: readonly string[];
}

export interface Translated {
  readonly choices: Partial<Choices>;
  readonly sought: Sought | null;
  /** How near to look at what is sought; null if nobody said. */
  readonly soughtZoom: number | null;
  readonly bare: 'embed' | 'kiosk' | null;
  /** Forget what the browser has kept. */
  readonly reset: boolean;
  /** What stays in the query, with its `?`: `nowebgl`, and what is neither ours nor tar1090's: a proxy's, perhaps. */
  readonly rest: string;
}

const HOUR_MS = 3_600_000;
const MOST_SOUGHT = 20;
const USUAL_ZOOM = 8; // tar1090 begins at 9, in tiles of half the size
const SCALES = { least: 0.3, most: 4 };
const SOURCES = new Map(Object.entries({
  adsb: 'adsb', adsr: 'adsr', mlat: 'mlat', tisb: 'tisb', adsc: 'adsc', modes: 'mode_s', other: 'other',
}));
const COLUMNS = new Map(Object.entries({
  icao: 'icao24', flight: 'callsign', registration: 'registration', aircraft_type: 'type_code', squawk: 'squawk', altitude: 'altitude_ft',
  speed: 'ground_speed_kt', vert_rate: 'vertical_rate_fpm', track: 'track_deg', seen: 'time',
  data_source: 'position_source', distance: 'distance',
}));
const NAMES = new Set([...TAKEN, ...LEFT_OUT, 'embed'].map((name) => name.toLowerCase()));

/** Reads a query. `base` is what is chosen otherwise; `now` is ms since 1970. Never throws. */
export function translate(query: string, base: Choices, now: number): Translated {
  const rest = new URLSearchParams();
  const asked = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name.toLowerCase() === 'nowebgl') rest.append('nowebgl', value); // holds for the next visit too
    else if (NAMES.has(name.toLowerCase())) asked.set(name.toLowerCase(), value.trim());
    else rest.append(name, value);
  }
  const home = placeOf(numberOf(asked, 'sitelat'), numberOf(asked, 'sitelon')) ?? null;
  const sought = soughtBy(asked);
  const { camera, zoom } = cameraOf(asked, home, sought !== null);
  const scale = iconScale(asked);
  const terms = termsOf(asked, home);
  const layers = layersOf(asked, base.layers);
  const theme = /dark|black|night/i.test(asked.get('basemap') ?? '') ? 'dark' : /light|bright|positron|osm/i.test(asked.get('basemap') ?? '') ? 'light' : null;
  const bare = bareness(asked);
  const labels = labelsOf(asked);
  const sorting = sortingOf(asked, base.sorting);
  const at = replayed(asked, now);
  const choices: Partial<Choices> = {
    ...(camera && { camera }),
    ...(home && { home }),
    ...(sought && { isolate: !asked.has('noisolation') }),
    ...(terms.length > 0 && { terms }),
    ...(layers && { layers }),
    ...(labels && { labels }),
    ...(theme && { theme }),
    ...(scale !== null && { iconScale: scale }),
    ...(sorting && { sorting }),
    ...tableOf(asked, sorting !== null && bare === null),
    ...(at !== null && { playing: { at, speed: speedOf(asked) } }),
  };
  return { choices, sought, soughtZoom: sought ? zoom : null, bare, reset: asked.has('reset'), rest: rest.size > 0 ? `?${rest}` : '' };
}

type Asked = ReadonlyMap<string, string>;

function soughtBy(asked: Asked): Sought | null {
  const icao24 = list(asked.get('icao')).map((hex) => hex.toLowerCase()).filter((hex) => /^~?[0-9a-f]{6}$/.test(hex));
  const registrations = list(asked.get('reg')).map((reg) => reg.toUpperCase()).filter((reg) => /^[A-Z0-9-]{2,10}$/.test(reg));
  return icao24.length + registrations.length > 0
    ? { icao24: icao24.slice(0, MOST_SOUGHT), registrations: registrations.slice(0, MOST_SOUGHT) }
    : null;
}

/** A view is chosen by a place; a zoom alone waits for the aircraft that are sought, or is about the usual place. */
function cameraOf(asked: Asked, home: Place | null, seeking: boolean): { camera: Camera | null; zoom: number | null } {
  const tiles = numberOf(asked, 'zoom');
  const zoom = Number.isNaN(tiles) ? null : Math.min(15, Math.max(0.5, tiles - 1)); // its tiles have 256 pixels, ours 512
  const place = placeOf(numberOf(asked, 'lat'), numberOf(asked, 'lon')) ?? (seeking && !asked.has('centerreceiver') ? null : home);
  const orientation = numberOf(asked, 'maporientation');
  if (!place && (seeking || (zoom === null && Number.isNaN(orientation)))) return { camera: null, zoom };
  const camera = { ...DEFAULTS.camera, ...place };
  if (zoom !== null) camera.zoom = zoom;
  else if (place) camera.zoom = USUAL_ZOOM;
  if (!Number.isNaN(orientation)) camera.bearing = ((((orientation + 180) % 360) + 360) % 360) - 180;
  return { camera, zoom };
}

function termsOf(asked: Asked, home: Place | null): string[] {
  const terms: string[] = [];
  const [least, most, range] = [numberOf(asked, 'filteraltmin'), numberOf(asked, 'filteraltmax'), numberOf(asked, 'filtermaxrange')];
  if (!Number.isNaN(least)) terms.push(`alt>=${least}`);
  if (!Number.isNaN(most)) terms.push(`alt<=${most}`);
  const called = asked.get('filtercallsign');
  if (called) terms.push(`cs:/${called}/`);
  const type = asked.get('filtertype');
  if (type) terms.push(/^[a-z0-9]{4}$/i.test(type) ? `type:${type.toUpperCase()}` : `type:/${type}/`);
  const address = asked.get('filtericao');
  if (address) terms.push(`icao:/${address}/`);
  const only = list(asked.get('icaofilter')).filter((hex) => /^~?[0-9a-f]{6}$/i.test(hex));
  if (only.length > 0) terms.push(`icao:${only.join(',').toLowerCase()}`);
  const sources = list(asked.get('filtersources')).map((name) => SOURCES.get(name.toLowerCase())).filter((name) => name !== undefined);
  if (sources.length > 0) terms.push(`source:${sources.join(',')}`);
  if (asked.has('mil') || list(asked.get('filterdbflag')).some((flag) => flag.toLowerCase() === 'military')) terms.push('mil');
  if (home && range > 0) terms.push(`near:${home.lat},${home.lon},${range}nm`);
  return terms;
}

function layersOf(asked: Asked, before: ReadonlySet<LayerName>): ReadonlySet<LayerName> | null {
  const after = new Set(before);
  if (asked.has('alltracks') || asked.has('temptrails')) after.add('trails');
  if (asked.has('heatmap') || asked.has('realheat')) after.add('heat');
  if (asked.has('rangerings')) {
    if (asked.get('rangerings') === '0') after.delete('rings');
    else after.add('rings');
  }
  return after.size === before.size && [...after].every((name) => before.has(name)) ? null : after;
}

function labelsOf(asked: Asked): 'callsign' | 'full' | null {
  if (numberOf(asked, 'extendedlabels') >= 1) return 'full';
  return asked.has('enablelabels') || asked.has('extendedlabels') ? 'callsign' : null;
}

function sortingOf(asked: Asked, before: Sorting): Sorting | null {
  const by = COLUMNS.get((asked.get('sortby') ?? '').toLowerCase());
  if (by !== undefined) return { by, descending: asked.has('sortbyreverse') };
  return asked.has('sortbyreverse') ? { by: before.by, descending: !before.descending } : null;
}

function tableOf(asked: Asked, sorted: boolean): Pick<Partial<Choices>, 'table'> {
  if (asked.has('hidesidebar')) return { table: null };
  if (asked.has('tableinview')) return { table: 'view' };
  return sorted ? { table: 'all' } : {};
}

function bareness(asked: Asked): 'embed' | 'kiosk' | null {
  if (asked.has('kiosk')) return 'kiosk';
  return asked.has('embed') || asked.has('hidebuttons') || asked.has('screenshot') ? 'embed' : null;
}

/** `2026-11-22-09:00` is UTC; `replay` alone is an hour ago. */
function replayed(asked: Asked, now: number): number | null {
  const text = asked.get('replay');
  if (text === undefined) return null;
  const [, year, month, date, hour = '0', minute = '0'] = /^(\d{4})-(\d\d?)-(\d\d?)(?:[-T:](\d\d?)(?::(\d\d?))?)?/.exec(text) ?? [];
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hour), Number(minute));
  return year === undefined || Number.isNaN(at) ? now - HOUR_MS : at;
}

function speedOf(asked: Asked): number {
  if (asked.has('replaypaused')) return 0;
  const speed = numberOf(asked, 'replayspeed');
  return speed > 0 ? Math.min(500, Math.max(0.1, speed)) : 1;
}

/** tar1090 multiplies the two. */
function iconScale(asked: Asked): number | null {
  const scale = positive(asked, 'iconscale') * positive(asked, 'scale');
  return scale === 1 ? null : Math.min(SCALES.most, Math.max(SCALES.least, scale));
}

function positive(asked: Asked, name: string): number {
  const value = numberOf(asked, name);
  return value > 0 ? value : 1;
}

function numberOf(asked: Asked, name: string): number {
  return number(asked.get(name) ?? '');
}

function list(text = ''): string[] {
  return text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}
