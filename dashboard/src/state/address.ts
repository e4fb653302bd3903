/**
 * The address of what is shown: `#zoom/lat/lon/bearing/pitch&sel=…&f=…`. Only what is
 * not as usual is written. Reading never throws, and leaves out what it cannot use.
 */
import { DEFAULTS, number, read, write, type Choice, type Choices } from './choices';
import type { Camera } from './state';

/** What a person does and may want to go back from; the rest is how they like it. */
export const JOURNEY: ReadonlySet<Choice> = new Set<Choice>([
  'selected', 'terms', 'playing', 'isolate', 'follow', 'table',
]);
/** What a link carries. */
const TOLD: ReadonlySet<Choice> = new Set(
  (Object.keys(DEFAULTS) as Choice[]).filter((choice) => choice !== 'sound' && choice !== 'shortcuts'), // one's own ears and hands
);

const ZOOMS = { least: 0, most: 15 };
const STEEPEST = 60;
const LAST_LATITUDE = 85.06;

/** The hash, with its `#`; empty if all is as usual. `camera` is null while nobody has moved the map. */
export function writeHash(choices: Choices, camera: Camera | null, usual = DEFAULTS): string {
  const parts = [...(camera ? [writeCamera(camera)] : []), ...write(choices, TOLD, usual)];
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

/** What a hash says. */
export function readHash(hash: string): Partial<Choices> {
  const parts = hash.replace(/^#/, '').split('&');
  const camera = readCamera(parts[0]!);
  const told = Object.entries(read(parts)).filter(([choice]) => TOLD.has(choice as Choice));
  return { ...Object.fromEntries(told), ...(camera && { camera }) };
}

/** As many decimals as the zoom can show. */
function writeCamera({ lat, lon, zoom, bearing, pitch }: Camera): string {
  const decimals = Math.max(0, Math.ceil((zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10));
  const place = [plain(zoom, 2), plain(lat, decimals), plain(lon, decimals)];
  const turned = [plain(bearing, 1), plain(pitch, 0)];
  return [...place, ...(turned.every((angle) => angle === '0') ? [] : turned)].join('/');
}

function readCamera(text: string): Camera | undefined {
  const values = text.split('/').map(number);
  const [zoom, lat, lon, bearing = 0, pitch = 0] = values;
  if (zoom === undefined || lat === undefined || lon === undefined || values.length > 5 || values.some(Number.isNaN)) return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 360) return undefined;
  return {
    zoom: within(zoom, ZOOMS.least, ZOOMS.most),
    lat: within(lat, -LAST_LATITUDE, LAST_LATITUDE),
    lon: lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon,
    bearing: ((((bearing + 180) % 360) + 360) % 360) - 180,
    pitch: within(pitch, 0, STEEPEST),
  };
}

function plain(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)) + 0); // + 0: no -0
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
