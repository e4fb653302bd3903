/** `near:FRA,50nm` and `near:50.03,8.57,50nm`: who is within a circle. */
import { mercatorY, type Place } from '../sky/motion';
import type { Airports, Meaning, Test } from './fields';
import { BadTerm } from './patterns';

const USUAL_NM = 50;
const FARTHEST_NM = 10_800; // half around the world
const NM_PER_RADIAN = 3440.065;
const MERCATOR_END = 85; // degrees; there is no map beyond
const IN_NM: Record<string, number> = { '': 1, nm: 1, km: 1 / 1.852, mi: 1 / 1.150779 };
const ASKED = 'near wants a place, and how near: write near:FRA,50nm or near:50.03,8.57,50nm.';

/** Reads a circle. Throws BadTerm. */
export function near(sign: string, written: string, airports: Airports): Meaning {
  if (!/[:=]/.test(sign)) throw new BadTerm(ASKED);
  const parts = written.split(',').map((part) => part.trim());
  if (/^[A-Z0-9]{3,4}$/i.test(parts[0] ?? '') && /[a-z]/i.test(parts[0]!)) {
    const code = parts[0]!.toUpperCase();
    const { nm, text } = reach(parts.slice(1));
    const found = airports(code);
    if (found === null) throw new BadTerm(`No airport has the code ${code}: write an ICAO or IATA code, or near:50.03,8.57,50nm.`);
    const said = { text: `near:${code},${text}`, label: `Within ${shown(text)} of ${code}`, moving: true };
    return found === undefined ? { ...said, waiting: true, test: () => true } : { ...said, test: within(found, nm) };
  }
  const [lat, lon] = [degrees(parts[0], 90), degrees(parts[1], 180)];
  const { nm, text } = reach(parts.slice(2));
  return {
    text: `near:${lat},${lon},${text}`, label: `Within ${shown(text)} of ${lat}, ${lon}`, moving: true, test: within({ lat, lon }, nm),
  };
}

/** The great-circle distance in nautical miles. */
export function distanceNm(one: Place, other: Place): number {
  const [a, b] = [radians(one.lat), radians(other.lat)];
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(other.lon - one.lon) / 2) ** 2;
  return 2 * NM_PER_RADIAN * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The parallels of the circle come first: they cost no trigonometry, and most flights are beyond them. */
function within(centre: Place, nm: number): Test {
  const reachDegrees = (nm / NM_PER_RADIAN) * (180 / Math.PI) * 1.001;
  const north = centre.lat + reachDegrees > MERCATOR_END ? -Infinity : mercatorY(centre.lat + reachDegrees);
  const south = centre.lat - reachDegrees < -MERCATOR_END ? Infinity : mercatorY(centre.lat - reachDegrees);
  return (sky, slot, now) => {
    const y = sky.y[slot]! + sky.vy[slot]! * sky.since(slot, now);
    if (!(y >= north && y <= south)) return false;
    const place = sky.placeAt(slot, now);
    return place !== null && distanceNm(centre, place) <= nm;
  };
}

function reach(parts: readonly string[]): { nm: number; text: string } {
  if (parts.length === 0) return { nm: USUAL_NM, text: `${USUAL_NM}nm` };
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(nm|km|mi)?$/i.exec(parts.join(',')) ?? [];
  const nm = Number(digits) * IN_NM[(unit ?? '').toLowerCase()]!;
  if (!(nm > 0 && nm <= FARTHEST_NM)) throw new BadTerm(ASKED);
  return { nm, text: `${Number(digits)}${(unit ?? 'nm').toLowerCase()}` };
}

function shown(reach: string): string {
  return reach.replace(/[a-z]+$/, ' $&');
}

function degrees(written: string | undefined, most: number): number {
  const value = written === undefined || !/^[-+]?\d+(\.\d+)?$/.test(written) ? NaN : Number(written);
  if (!(Math.abs(value) <= most)) throw new BadTerm(ASKED);
  return value;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
