/** The columns the table can show: what each is called, how it sorts, and what stands in a cell. Pure. */
import { distanceM } from '../sky/great_circle';
import { BY_CALLSIGN } from '../sky/listing';
import type { Key, Moment } from '../sky/ranking';
import type { Sky } from '../sky/sky';
import type { Sorting, Units } from '../state/state';
import { MOTION } from '../stream/layout';
import { category, positionSource } from '../text/aircraft_words';
import { age, degrees, emergency, text } from '../text/format';
import { measured, unitOf, type Quantity } from '../text/units';

/** When, from where and in what a table is read. */
export interface Reading extends Moment {
  readonly units: Units;
}

export interface Column {
  /** Its name in the address. */
  readonly name: string;
  /** Its whole name, for the chooser and for a screen reader. */
  readonly title: string;
  /** What stands at its head, if that is less. */
  readonly short?: string;
  /** What its numbers are of: the head tells the unit. */
  readonly quantity?: Quantity;
  /** Numbers stand on the right. */
  readonly numeric?: boolean;
  /** What one asks for first is the most, not the least. */
  readonly mostFirst?: boolean;
  /** Its least width, px; what is left over goes to all alike. */
  readonly width: number;
  readonly key: Key;
  /** What stands in the cell of a slot that holds a flight. */
  cell(sky: Sky, slot: number, reading: Reading): string;
}

const DASH = '–';
const LEVEL_FPM = 100; // slower is neither climb nor descent
const GROUND_FT = -100_000; // whoever stands is below whoever flies
const PHASES = MOTION.field('phase').labels ?? [];

export const COLUMNS: readonly Column[] = [
  column('callsign', 'Callsign', 112, BY_CALLSIGN, (sky, slot) => text(sky.facts[slot]!.callsign)),
  code('registration', 'Registration', 84, (sky, slot) => sky.facts[slot]!.registration, { short: 'Reg.' }),
  code('type_code', 'Type', 56, (sky, slot) => sky.facts[slot]!.type_code),
  {
    ...code('icao24', 'ICAO address', 68, (sky, slot) => sky.facts[slot]!.icao24, { short: 'ICAO' }),
    cell: (sky, slot) => sky.facts[slot]!.icao24.toUpperCase(),
  },
  name('operator', 'Operator', 136, (sky, slot) => sky.facts[slot]!.operator),
  { ...code('route', 'Route', 110, routeCode), cell: route },
  {
    ...number('altitude_ft', 'Altitude', 88, altitudeKey, altitudeCell, { mostFirst: true }), quantity: 'altitude',
  },
  {
    ...number('ground_speed_kt', 'Speed', 72, (sky, slot) => sky.ground_speed_kt[slot]!, measuredCell('speed', (sky, slot) => sky.ground_speed_kt[slot]!), { mostFirst: true }),
    title: 'Ground speed', short: 'Speed', quantity: 'speed',
  },
  {
    ...number('vertical_rate_fpm', 'Vertical rate', 92, (sky, slot) => sky.vertical_rate_fpm[slot]!, measuredCell('climb', (sky, slot) => sky.vertical_rate_fpm[slot]!), { mostFirst: true }),
    short: 'Climb', quantity: 'climb',
  },
  number('track_deg', 'Track', 64, (sky, slot) => sky.track_deg[slot]!, (sky, slot) => degrees(known(sky.track_deg[slot]!))),
  code('squawk', 'Squawk', 66, (sky, slot) => sky.facts[slot]!.squawk),
  {
    ...number('distance', 'Distance from home', 92, distanceFrom, measuredCell('distance', distanceFrom)),
    short: 'Distance', quantity: 'distance',
  },
  {
    ...name('position_source', 'Source of the position', 76, (sky, slot) => sky.facts[slot]!.position_source, { short: 'Source' }),
    cell: (sky, slot) => text(positionSource(sky.facts[slot]!.position_source)?.split(',')[0] ?? null),
  },
  name('feed', 'Feed', 84, (sky, slot) => sky.facts[slot]!.feed),
  number('time', 'Age of the position', 66, ageKey, (sky, slot, { now }) => age(known(ageKey(sky, slot, { now }))), { short: 'Age' }),
  {
    ...code('category', 'Category', 132, (sky, slot) => sky.facts[slot]!.category),
    cell: (sky, slot) => text(category(sky.facts[slot]!.category) ?? sky.facts[slot]!.category),
  },
  {
    ...number('phase', 'Phase', 72, (sky, slot) => (sky.phase[slot]! < 0 ? NaN : sky.phase[slot]!), (sky, slot) => text(PHASES[sky.phase[slot]!] as string | undefined ?? null)),
    numeric: false,
  },
  {
    ...name('emergency', 'Emergency', 150, (sky, slot) => sky.facts[slot]!.emergency),
    cell: (sky, slot) => (sky.facts[slot]!.emergency === null ? '' : emergency(sky.facts[slot]!.emergency)),
  },
];

const BY_NAME = new Map(COLUMNS.map((column) => [column.name, column] as const));
const CALLSIGN = COLUMNS[0]!;

/** The columns of these names, in their order. Names there are not, and seconds, are left out; callsigns if none is left. */
export function columnsOf(names: readonly string[]): Column[] {
  const columns = [...new Set(names)].flatMap((name) => BY_NAME.get(name) ?? []);
  return columns.length === 0 ? [CALLSIGN] : columns;
}

/** The column that a table is sorted by, which need not be shown. */
export function sortedBy({ by }: Sorting): Column {
  return BY_NAME.get(by) ?? CALLSIGN;
}

/** How it is sorted after its head was pressed: by another column, or the other way round. */
export function pressed(sorting: Sorting, { name, mostFirst = false }: Column): Sorting {
  return { by: name, descending: sortedBy(sorting).name === name ? !sorting.descending : mostFirst };
}

/** What stands at the head of a column, and the unit beside it. */
export function headOf({ title, short = title, quantity }: Column, units: Units): { head: string; unit: string } {
  return { head: short, unit: quantity === undefined ? '' : unitOf(quantity, units).name };
}

/** The names in their order with one switched on, at the end, or off; the last one stays. */
export function switched(names: readonly string[], name: string): string[] {
  if (!names.includes(name)) return [...names, name];
  return names.length === 1 ? [...names] : names.filter((other) => other !== name);
}

/** The names with one moved to another place; at the ends it stays. */
export function shifted(names: readonly string[], name: string, by: -1 | 1): string[] {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) return [...names];
  const others = names.toSpliced(from, 1);
  return others.toSpliced(to, 0, name);
}

type Cell = Column['cell'];
type More = Partial<Pick<Column, 'short' | 'mostFirst'>>;

function column(name: string, title: string, width: number, key: Key, cell: Cell, more: More = {}): Column {
  return { name, title, width, key, cell, ...more };
}

function code(named: string, title: string, width: number, of: (sky: Sky, slot: number) => string | null, more?: More): Column {
  return column(named, title, width, { kind: 'code', of }, (sky, slot) => text(of(sky, slot)), more);
}

function name(named: string, title: string, width: number, of: (sky: Sky, slot: number) => string | null, more?: More): Column {
  return column(named, title, width, { kind: 'name', of }, (sky, slot) => text(of(sky, slot)), more);
}

function number(named: string, title: string, width: number, of: (sky: Sky, slot: number, moment: Moment) => number, cell: Cell, more?: More): Column {
  return { ...column(named, title, width, { kind: 'number', of }, cell, more), numeric: true };
}

function measuredCell(quantity: Quantity, of: (sky: Sky, slot: number, moment: Moment) => number): Cell {
  return (sky, slot, reading) => figure(of(sky, slot, reading), quantity, reading.units);
}

/** A number without its unit, which the head tells. */
function figure(value: number, quantity: Quantity, units: Units): string {
  return Number.isNaN(value) ? DASH : measured(value, quantity, units).split(' ')[0]!.replace('-', '−');
}

function altitudeKey(sky: Sky, slot: number, { now }: Moment): number {
  return sky.facts[slot]!.on_ground === true ? GROUND_FT : sky.altitudeAt(slot, now);
}

/** An arrow before the number, so that climbing and sinking are not told apart by colour. */
function altitudeCell(sky: Sky, slot: number, { now, units }: Reading): string {
  if (sky.facts[slot]!.on_ground === true) return 'ground';
  const rate = sky.vertical_rate_fpm[slot]!;
  const arrow = rate >= LEVEL_FPM ? '↑ ' : rate <= -LEVEL_FPM ? '↓ ' : '';
  return arrow + figure(sky.altitudeAt(slot, now), 'altitude', units);
}

function distanceFrom(sky: Sky, slot: number, { now, home }: Moment): number {
  const here = home && sky.placeAt(slot, now);
  return here ? distanceM(home, here) : NaN;
}

function ageKey(sky: Sky, slot: number, { now }: Pick<Moment, 'now'>): number {
  return now - sky.time[slot]!;
}

function routeCode(sky: Sky, slot: number): string | null {
  const { origin, destination } = sky.facts[slot]!;
  return origin === null && destination === null ? null : (origin ?? '~').padEnd(4) + (destination ?? '~');
}

function route(sky: Sky, slot: number): string {
  const { origin, destination } = sky.facts[slot]!;
  return origin === null && destination === null ? DASH : `${origin ?? '?'} → ${destination ?? '?'}`;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
