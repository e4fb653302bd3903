/** Bounds of a number as they are written: `>30000`, `<=FL100`, `10000-20000`, `>10km`, `350-10` for a track. */
import { BadTerm } from './patterns';

/** How amounts of one kind are written. */
export interface Scale {
  /** What one of each unit is, in the unit of the column; '' is the column's own. */
  readonly units: Readonly<Record<string, number>>;
  /** The unit to show. */
  readonly unit: string;
  /** How far from a single value still counts as that value. */
  readonly about: number;
  /** Set where values go round, as degrees do. */
  readonly round?: number;
  readonly example: string;
}

const FEET = { '': 1, ft: 1, k: 1000, m: 1 / 0.3048, km: 1000 / 0.3048 };
const KNOTS = { '': 1, kt: 1, kn: 1, 'km/h': 1 / 1.852, kmh: 1 / 1.852, mph: 1 / 1.150779, 'm/s': 3.6 / 1.852 };

export const ALTITUDE: Scale = { units: FEET, unit: 'ft', about: 50, example: 'alt>30000, alt<=FL100 or alt:10000-20000' };
export const SPEED: Scale = { units: KNOTS, unit: 'kt', about: 5, example: 'speed>400, speed<500km/h or speed:200-300' };
export const CLIMB: Scale = {
  units: { '': 1, fpm: 1, 'ft/min': 1, 'm/s': 60 / 0.3048 }, unit: 'ft/min', about: 100, example: 'vs<-1000 or vs:-2000..-500',
};
export const TRACK: Scale = { units: { '': 1, '°': 1, deg: 1 }, unit: '°', about: 5, round: 360, example: 'track:80-100 or track:350-10' };

/** Bounds that a number must keep. */
export interface Bounds {
  /** As it is written in the address, with its sign: `>30000`, `:10000-20000`. */
  readonly text: string;
  readonly label: string;
  /** False for NaN: what is not known keeps no bound. */
  holds(value: number): boolean;
}

const AMOUNT = String.raw`[-+]?(?:FL)?\d+(?:\.\d+)?[a-z/°]*`;
const ONE = new RegExp(`^${AMOUNT}$`, 'i');
const RANGE = new RegExp(`^(${AMOUNT})(?:-|\\.\\.)(${AMOUNT})$`, 'i');
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Reads what stands after the name of a number. Throws BadTerm. */
export function bounds(name: string, sign: string, written: string, scale: Scale): Bounds {
  const bare = written.replaceAll(/\s+/g, '').replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '');
  const asked = `${name} wants a number: write ${scale.example}.`;
  if (sign === ':' || sign === '=') {
    const [, first, last] = RANGE.exec(bare) ?? [];
    if (first !== undefined && last !== undefined) return range(alike(first, last), alike(last, first), scale, asked);
  }
  if (!ONE.test(bare)) throw new BadTerm(asked);
  const limit = amount(bare, scale, asked);
  const text = tidy(bare);
  const shown = joined(said(bare, scale));
  switch (sign) {
    case '>': return { text: `>${text}`, label: `> ${shown}`, holds: (value) => value > limit };
    case '<': return { text: `<${text}`, label: `< ${shown}`, holds: (value) => value < limit };
    case '>=': return { text: `>=${text}`, label: `≥ ${shown}`, holds: (value) => value >= limit };
    case '<=': return { text: `<=${text}`, label: `≤ ${shown}`, holds: (value) => value <= limit };
    default: return { text: `:${text}`, label: `about ${shown}`, holds: near(limit, scale) };
  }
}

function range(first: string, last: string, scale: Scale, asked: string): Bounds {
  let [low, high, from, to] = [amount(first, scale, asked), amount(last, scale, asked), tidy(first), tidy(last)];
  if (low > high && scale.round === undefined) [low, high, from, to] = [high, low, to, from];
  const text = `:${from}${from.startsWith('-') || to.startsWith('-') ? '..' : '-'}${to}`;
  const [least, most] = [said(from, scale), said(to, scale)];
  const label = `${least.unit === most.unit && most.unit !== 'FL' ? least.number : joined(least)} to ${joined(most)}`;
  if (low > high) return { text, label, holds: (value) => value >= low || value <= high };
  return { text, label, holds: (value) => value >= low && value <= high };
}

function near(middle: number, { about, round }: Scale): (value: number) => boolean {
  return (value) => {
    const away = Math.abs(value - middle);
    return (round === undefined ? away : Math.min(away % round, round - (away % round))) <= about;
  };
}

/** In the unit of the column. */
function amount(written: string, scale: Scale, asked: string): number {
  const [, sign, level, digits, unit] = /^([-+]?)(FL)?(\d+(?:\.\d+)?)(.*)$/i.exec(written) ?? [];
  const factor = level ? (scale.unit === 'ft' && unit === '' ? 100 : undefined) : scale.units[(unit ?? '').toLowerCase()];
  if (digits === undefined || factor === undefined) throw new BadTerm(asked);
  return Number(`${sign === '-' ? '-' : ''}${digits}`) * factor;
}

/** Units that a label repeats; all others are told in the unit of the column. */
const TOLD = ['m', 'km', 'km/h', 'mph', 'm/s'];

/** An amount as its label tells it: in the unit it was written in, whatever the units of the page are. */
function said(written: string, scale: Scale): { number: string; unit: string } {
  const [, sign, level, digits, unit] = /^([-+]?)(FL)?([\d.]+)(.*)$/i.exec(written) ?? [];
  if (level) return { number: digits ?? '', unit: 'FL' };
  const told = (unit ?? '').toLowerCase().replace('kmh', 'km/h');
  if (TOLD.includes(told)) return { number: grouped.format(Number(`${sign === '-' ? '-' : ''}${digits}`)), unit: told };
  return { number: grouped.format(amount(written, scale, '')), unit: scale.unit };
}

function joined({ number, unit }: { number: string; unit: string }): string {
  return unit === 'FL' ? `FL${number}` : unit === '°' ? `${number}°` : `${number} ${unit}`;
}

/** `10-12km` is 10 km to 12 km, and `FL100-200` is FL100 to FL200. */
function alike(written: string, other: string): string {
  if (!/^[-+]?[\d.]+$/.test(written)) return written;
  const [, level, unit] = /^[-+]?(FL)?[\d.]+(.*)$/i.exec(other) ?? [];
  return `${level ?? ''}${written}${unit ?? ''}`;
}

function tidy(written: string): string {
  return written.replace(/^\+/, '').toLowerCase().replace('fl', 'FL');
}
