/**
 * What a filter can ask of a flight: every name a term may begin with, how its value is read, and
 * what the omnibox says about it. A value that is not known satisfies no term.
 */
import type { Facts } from '../sky/flight';
import type { Sky } from '../sky/sky';
import { FACTS, MOTION } from '../stream/layout';
import { ALTITUDE, CLIMB, SPEED, TRACK, bounds, type Scale } from './amounts';
import { isMilitary } from './military';
import { near } from './near';
import { BadTerm, isExpression, pattern, type Where } from './patterns';

/** Whether the flight in a slot satisfies a term at a moment of the stream. Only for slots that hold a flight. */
export type Test = (sky: Sky, slot: number, now: number) => boolean;

/** An airport as the server tells of it. */
export interface Airport {
  readonly icao: string;
  readonly iata: string | null;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly elevation_ft: number | null;
}
/** Finds an airport by its code: undefined while it is being asked for, null if there is none. */
export type Airports = (code: string) => Airport | null | undefined;

/** What a term says, read. */
export interface Meaning {
  /** As it is written in the address, without the `-` of a negation. */
  readonly text: string;
  readonly label: string;
  readonly test: Test;
  /** True when the answer changes as time goes by, without a word from the server. */
  readonly moving?: boolean;
  /** True while an airport is being asked for: all flights pass meanwhile. */
  readonly waiting?: boolean;
}

export interface Field {
  readonly name: string;
  readonly also: readonly string[];
  readonly title: string;
  readonly examples: readonly string[];
  /** The column whose values in the sky are worth offering. */
  readonly column?: keyof Facts;
  /** Every value there is. */
  readonly values?: readonly string[];
  /** Throws BadTerm. */
  read(sign: string, value: string, airports: Airports): Meaning;
}

/** Names of phases by their code in the sky. */
const PHASES = labels(MOTION.field('phase').labels);
const SOURCES = labels(FACTS.field('position_source').labels);
const EMERGENCIES = labels(FACTS.field('emergency').labels).filter((name) => name !== '');

const upper = (text: string): string => text.toUpperCase();
const lower = (text: string): string => text.toLowerCase();
const same = (text: string): string => text;

export const FIELDS: readonly Field[] = [
  number('alt', ['altitude', 'altitude_ft'], 'Altitude', ['alt>30000', 'alt<10000', 'alt:FL100-FL200'], ALTITUDE, (sky, slot, now) => sky.altitudeAt(slot, now)),
  number('speed', ['gs', 'ground_speed_kt', 'spd'], 'Speed', ['speed>400', 'speed<150'], SPEED, (sky, slot) => sky.ground_speed_kt[slot]!),
  number('vs', ['climb', 'vertical_rate_fpm', 'vr'], 'Vertical rate', ['vs>1000', 'vs<-1000'], CLIMB, (sky, slot) => sky.vertical_rate_fpm[slot]!),
  number('track', ['track_deg', 'heading'], 'Track', ['track:80-100', 'track:350-10'], TRACK, (sky, slot) => sky.track_deg[slot]!),
  words('type', ['type_code', 't'], 'Type', ['type:A388', 'type:B77*'], 'type_code', upper, 'whole'),
  words('cs', ['callsign', 'flight'], 'Callsign', ['cs:DLH', 'cs:/^DLH[0-9]+$/'], 'callsign', upper, 'begins'),
  words('reg', ['registration', 'r'], 'Registration', ['reg:D-AIMA', 'reg:G-*'], 'registration', upper, 'whole', (text) => text.replaceAll('-', '')),
  words('icao', ['icao24', 'hex'], 'ICAO address', ['icao:3c6444', 'icao:3c*'], 'icao24', lower, 'whole'),
  words('op', ['operator', 'airline'], 'Operator', ['op:Lufthansa'], 'operator', same, 'within'),
  airport('from', ['origin', 'dep'], 'From', ['from:EDDF'], 'origin'),
  airport('to', ['destination', 'arr', 'dest'], 'To', ['to:KJFK'], 'destination'),
  { name: 'route', also: [], title: 'Route', examples: ['route:EDDF-KJFK'], read: route },
  words('squawk', ['sq'], 'Squawk', ['squawk:7700', 'squawk:20??'], 'squawk', same, 'whole'),
  words('cat', ['category'], 'Category', ['cat:A5', 'cat:B*'], 'category', upper, 'whole'),
  listed('source', ['position_source', 'src'], 'Source', ['source:mlat', 'source:adsb,adsr'], SOURCES, 'position_source'),
  words('feed', [], 'Feed', ['feed:roof'], 'feed', same, 'whole'),
  {
    name: 'phase', also: [], title: 'Phase', examples: ['phase:climb', 'phase:approach,landed'], values: PHASES,
    read(sign, value) {
      const names = among('phase', sign, value, PHASES);
      const wanted = new Set(names.map((name) => PHASES.indexOf(name)));
      return { text: `phase:${names.join(',')}`, label: `Phase ${spoken(names)}`, test: (sky, slot) => wanted.has(sky.phase[slot]!) };
    },
  },
  {
    name: 'emergency', also: ['emerg'], title: 'Emergency', examples: ['emergency'], values: ['any', ...EMERGENCIES],
    read(sign, value) {
      const names = among('emergency', sign, value || 'any', ['any', ...EMERGENCIES]);
      if (names.includes('any')) {
        return { text: 'emergency', label: 'Emergency', test: (sky, slot) => sky.facts[slot]!.emergency !== null };
      }
      const wanted = new Set(names);
      const test: Test = (sky, slot) => wanted.has(sky.facts[slot]!.emergency ?? '');
      return { text: `emergency:${names.join(',')}`, label: `Emergency ${spoken(names)}`, test };
    },
  },
  { name: 'near', also: [], title: 'Near', examples: ['near:FRA,50nm', 'near:50.03,8.57,50nm'], read: near },
  flag('ground', ['on_ground'], 'On the ground', (facts) => facts.on_ground === true),
  flag('air', ['airborne'], 'In the air', (facts) => facts.on_ground === false),
  flag('mil', ['military'], 'Military address', ({ icao24 }) => isMilitary(icao24)),
  flag('coasting', [], 'Coasting', (facts) => facts.coasting === true),
];

const BY_NAME = new Map(FIELDS.flatMap((field) => [field.name, ...field.also].map((name) => [name, field] as const)));

export function fieldOf(name: string): Field | undefined {
  return BY_NAME.get(name.toLowerCase());
}

function number(
  name: string, also: readonly string[], title: string, examples: readonly string[], scale: Scale,
  of: (sky: Sky, slot: number, now: number) => number,
): Field {
  return {
    name, also, title, examples,
    read(sign, value) {
      const { text, label, holds } = bounds(name, sign, value, scale);
      const moving = name === 'alt';
      return { text: name + text, label: `${title} ${label}`, moving, test: (sky, slot, now) => holds(of(sky, slot, now)) };
    },
  };
}

/** A text, and what is left out of it and of the value alike (the hyphen of a registration). */
function words(
  name: string, also: readonly string[], title: string, examples: readonly string[], column: keyof Facts,
  canonical: (text: string) => string, where: Where, bare = same,
): Field {
  return {
    name, also, title, examples, column,
    read(sign, value) {
      const list = values(name, sign, value, examples[0]!);
      const matches = list.map((one) => pattern(isExpression(one) ? one : bare(one), where));
      const text = list.map((one) => (isExpression(one) ? one : quoted(canonical(one)))).join(',');
      const shown = spoken(list.map((one) => (isExpression(one) ? one : canonical(one))));
      const test: Test = (sky, slot) => {
        const told = sky.facts[slot]![column] as string | null;
        return told !== null && matches.some((match) => match(bare(told)) || (bare !== same && match(told)));
      };
      return { text: `${name}:${text}`, label: `${title} ${shown}${where === 'begins' && !/[/*?]/.test(text) ? '…' : ''}`, test };
    },
  };
}

function listed(
  name: string, also: readonly string[], title: string, examples: readonly string[], all: readonly string[], column: keyof Facts,
): Field {
  return {
    name, also, title, examples, column, values: all,
    read(sign, value) {
      const names = among(name, sign, value, all);
      const wanted = new Set<unknown>(names);
      return { text: `${name}:${names.join(',')}`, label: `${title} ${spoken(names)}`, test: (sky, slot) => wanted.has(sky.facts[slot]![column]) };
    },
  };
}

function airport(name: string, also: readonly string[], title: string, examples: readonly string[], column: 'origin' | 'destination'): Field {
  return {
    name, also, title, examples, column,
    read(sign, value, airports) {
      const list = values(name, sign, value, examples[0]!).map(upper);
      const { matches, waiting } = ends(list, airports);
      const test: Test = (sky, slot) => {
        const told = sky.facts[slot]![column];
        return told !== null && matches.some((match) => match(told));
      };
      return { text: `${name}:${list.map(quoted).join(',')}`, label: `${title} ${spoken(list)}`, test, waiting };
    },
  };
}

function route(sign: string, value: string, airports: Airports): Meaning {
  const [, from, to] = /^([A-Z0-9*?]+)-([A-Z0-9*?]+)$/i.exec(value.trim()) ?? [];
  if (from === undefined || to === undefined || !/[:=]/.test(sign)) {
    throw new BadTerm('route wants two airports: write route:EDDF-KJFK.');
  }
  const [origin, destination] = [ends([upper(from)], airports), ends([upper(to)], airports)];
  return {
    text: `route:${upper(from)}-${upper(to)}`,
    label: `${upper(from)} → ${upper(to)}`,
    waiting: origin.waiting || destination.waiting,
    test(sky, slot) {
      const { origin: one, destination: other } = sky.facts[slot]!;
      return one !== null && other !== null && origin.matches[0]!(one) && destination.matches[0]!(other);
    },
  };
}

/** Flights name airports by ICAO codes; a code of three letters is an airline's, and the server knows whose. */
function ends(codes: readonly string[], airports: Airports): { matches: ((text: string) => boolean)[]; waiting: boolean } {
  let waiting = false;
  const matches = codes.map((code) => {
    if (!/^[A-Z]{3}$/.test(code)) return pattern(code, 'whole');
    const found = airports(code);
    if (found === null) throw new BadTerm(`No airport has the code ${code}: write an ICAO code, such as EDDF, or an IATA code, such as FRA.`);
    waiting ||= found === undefined;
    return pattern(found?.icao ?? code, 'whole');
  });
  return { matches, waiting };
}

function flag(name: string, also: readonly string[], title: string, holds: (facts: Facts) => boolean): Field {
  return {
    name, also, title, examples: [name],
    read(_sign, value) {
      if (value !== '') throw new BadTerm(`${name} stands alone: write ${name}, or -${name} for all others.`);
      return { text: name, label: title, test: (sky, slot) => holds(sky.facts[slot]!) };
    },
  };
}

/** The values between commas; those in "quotes" may hold spaces and commas. Throws BadTerm. */
function values(name: string, sign: string, written: string, example: string): string[] {
  const bare = written.trim();
  if (!/[:=]/.test(sign)) throw new BadTerm(`${name} is a text, which has no bound: write ${example}.`);
  if (isExpression(bare)) return [bare];
  const list = [...bare.matchAll(/"([^"]*)"|[^,"]+/g)].map(([all, inner]) => (inner ?? all).trim()).filter((value) => value !== '');
  if (list.length === 0) throw new BadTerm(`${name} wants a value: write ${example}.`);
  return list;
}

function among(name: string, sign: string, written: string, all: readonly string[]): string[] {
  const list = values(name, sign || ':', written, `${name}:${all[0]!}`).map(lower);
  const wrong = list.find((value) => !all.includes(value));
  if (wrong !== undefined) throw new BadTerm(`${name} is never “${wrong}”: it is one of ${all.join(', ')}.`);
  return list;
}

function labels(of: readonly (string | boolean | null)[] | undefined): string[] {
  return (of ?? []).map((label) => (typeof label === 'string' ? label : ''));
}

function quoted(value: string): string {
  return /[\s,]/.test(value) ? `"${value}"` : value;
}

function spoken(list: readonly string[]): string {
  return list.map((value) => value.replaceAll('_', ' ')).join(' or ');
}
