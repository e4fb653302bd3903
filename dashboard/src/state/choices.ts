/**
 * What of the state can be told in words: in the address, and in the browser's storage. Each choice
 * has a name, and is written and read by one line of `WORDS`; what cannot be read is left out, so a
 * link somebody mangled still opens.
 */
import { batch } from '@preact/signals';
import type { Place } from '../sky/motion';
import {
  PRESENT, State, type Camera, type Colouring, type Labels, type LayerName, type Others, type Playing, type Projection, type Scope,
  type Sorting, type Theme, type Units,
} from './state';

/** Every choice, at one moment. */
export interface Choices {
  readonly camera: Camera;
  readonly selected: readonly string[];
  readonly terms: readonly string[];
  readonly playing: Playing;
  readonly isolate: boolean;
  readonly follow: boolean;
  readonly others: Others;
  /** The flights in the table; null while it is closed. */
  readonly table: Scope | null;
  readonly sorting: Sorting;
  readonly columns: readonly string[];
  readonly layers: ReadonlySet<LayerName>;
  readonly theme: Theme;
  readonly projection: Projection;
  readonly units: Units;
  readonly colouring: Colouring;
  readonly labels: Labels;
  readonly raw: boolean;
  readonly iconScale: number;
  readonly home: Place | null;
  readonly sound: boolean;
  readonly shortcuts: boolean;
}
export type Choice = keyof Choices;

interface Word<K extends Choice = Choice> {
  readonly name: string;
  readonly choice: K;
  write(value: Choices[K]): string;
  /** Undefined where the text says nothing. */
  read(text: string): Choices[K] | undefined;
}

const MOST_SELECTED = 50;
const MOST_TERMS = 50;
const MOST_COLUMNS = 40;
const LONGEST_ID = 64;
const LONGEST_TERM = 300;
const SPEEDS = { least: 0.1, most: 500 };
const SCALES = { least: 0.3, most: 4 };
const LAYERS: readonly LayerName[] = ['night', 'airports', 'places', 'trails', 'rings', 'coverage', 'heat'];

/** The speeds a play can have, beside 0. */
export function speedWithin(speed: number): number | undefined {
  return speed === 0 ? 0 : speed >= SPEEDS.least && speed <= SPEEDS.most ? speed : undefined;
}

/** `t` and `speed` are two words of the address, and one choice. */
const WORDS = [
  word('sel', 'selected', (ids) => list(ids), (text) => items(text, MOST_SELECTED, (id) => id.length <= LONGEST_ID)),
  word('f', 'terms', (terms) => terms.map(escaped).join(';'), (text) => {
    const terms = text.split(';').map((term) => unescaped(term).trim());
    return terms.filter((term) => term !== '' && term.length <= LONGEST_TERM).slice(0, MOST_TERMS);
  }),
  word('t', 'playing', ({ at }) => (at === null ? '' : isoTime(at)), (text) => {
    const at = moment(text);
    return at === undefined ? undefined : { at, speed: 1 };
  }),
  word('isolate', 'isolate', yes, isYes),
  word('follow', 'follow', yes, isYes),
  word('others', 'others', String, oneOf('hide', 'ghost')),
  word('table', 'table', (scope) => scope ?? '', oneOf('all', 'view')),
  word('sort', 'sorting', ({ by, descending }) => (descending ? '-' : '') + escaped(by), (text) => {
    const [, minus, by] = /^(-?)([a-z][a-z0-9_]{0,30})$/.exec(text) ?? [];
    return by === undefined ? undefined : { by, descending: minus === '-' };
  }),
  word('cols', 'columns', (names) => list(names), (text) => {
    const names = items(text, MOST_COLUMNS, (name) => /^[a-z][a-z0-9_]{0,30}$/.test(name));
    return names.length === 0 ? undefined : names;
  }),
  word('layers', 'layers', (layers) => LAYERS.filter((name) => layers.has(name)).join(',') || 'none', (text) => {
    const names = new Set(text.split(','));
    const known = LAYERS.filter((name) => names.has(name));
    return known.length > 0 || text === 'none' ? new Set(known) : undefined;
  }),
  word('theme', 'theme', String, oneOf('dark', 'light')),
  word('proj', 'projection', String, oneOf('globe', 'flat')),
  word('units', 'units', String, oneOf('aviation', 'metric', 'imperial')),
  word('colour', 'colouring', String, oneOf('altitude', 'speed', 'climb', 'source', 'age')),
  word('labels', 'labels', String, oneOf('none', 'callsign', 'full')),
  word('raw', 'raw', yes, isYes),
  word('scale', 'iconScale', (scale) => String(Number(scale.toFixed(2))), (text) => {
    const scale = number(text);
    return scale >= SCALES.least && scale <= SCALES.most ? scale : undefined;
  }),
  word('home', 'home', (place) => (place ? `${degrees(place.lat)},${degrees(place.lon)}` : ''), (text) => {
    const [lat, lon, more] = text.split(',').map(number);
    return more === undefined ? placeOf(lat, lon) : undefined;
  }),
  word('sound', 'sound', yes, isYes),
  word('shortcuts', 'shortcuts', yes, isYes),
] as const;

const BY_NAME = new Map(WORDS.map((one) => [one.name, one as unknown as Word] as const));

/** What the state holds now. Reads every signal of a choice, so an effect that asks runs again with each. */
export function choicesOf(state: State): Choices {
  return {
    camera: state.camera.value,
    selected: state.selected.value,
    terms: state.terms.value,
    playing: state.playing.value,
    isolate: state.isolate.value,
    follow: state.follow.value,
    others: state.others.value,
    table: state.open.value.has('table') ? state.scope.value : null,
    sorting: state.sorting.value,
    columns: state.columns.value,
    layers: state.layers.value,
    theme: state.theme.value,
    projection: state.projection.value,
    units: state.units.value,
    colouring: state.colouring.value,
    labels: state.labels.value,
    raw: state.raw.value,
    iconScale: state.iconScale.value,
    home: state.home.value === state.receiver.value ? null : state.home.value, // a receiver's place is nobody's choice
    sound: state.sound.value,
    shortcuts: state.shortcuts.value,
  };
}

/** What is chosen where nobody chose. */
export const DEFAULTS: Choices = choicesOf(new State());

/** Makes choices; those that are not named stay. */
export function choose(state: State, made: Partial<Choices>): void {
  batch(() => {
    const { table, ...plain } = made;
    for (const [name, value] of Object.entries(plain)) (state[name as Exclude<Choice, 'table'>] as { value: unknown }).value = value;
    if (table === undefined) return;
    const open = new Set(state.open.value);
    if (table === null) open.delete('table');
    else {
      open.add('table');
      state.scope.value = table;
    }
    state.open.value = open;
  });
}

/** `name=text` for each of these choices that is not as usual. */
export function write(choices: Choices, wanted: ReadonlySet<Choice>, usual = DEFAULTS): string[] {
  const written: string[] = [];
  for (const { name, choice, write: words } of WORDS as unknown as readonly Word[]) {
    if (!wanted.has(choice)) continue;
    const text = words(choices[choice]);
    if (text !== words(usual[choice])) written.push(`${name}=${text}`);
    const { at, speed } = choices.playing;
    if (name === 't' && at !== null && speed !== PRESENT.speed) written.push(`speed=${speed}`);
  }
  return written;
}

/** What `name=text` pairs say; the last of a name counts. Never throws. */
export function read(pairs: readonly string[]): Partial<Choices> {
  const made: Record<string, unknown> = {};
  let speed: number | undefined;
  for (const pair of pairs) {
    const [, name, text] = /^([a-z]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || text === undefined) continue;
    if (name === 'speed') speed = speedWithin(number(text));
    const known = BY_NAME.get(name);
    const value = known?.read(name === 'f' ? text : unescaped(text)); // terms part at semicolons, and are unescaped one by one
    if (known && value !== undefined) made[known.choice] = value;
  }
  const playing = made['playing'] as Playing | undefined;
  if (playing && speed !== undefined) made['playing'] = { ...playing, speed };
  return made;
}

/** A moment as `2026-11-22T09:00:00Z`; seconds and the Z may be missing. */
export function moment(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z?$/i.test(text)) return undefined;
  const at = Date.parse(text.toUpperCase().replace(/Z?$/, 'Z'));
  return Number.isNaN(at) ? undefined : at;
}

/** To the second, as an address says it. */
export function isoTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A place on Earth, or undefined. */
export function placeOf(lat = NaN, lon = NaN): Place | undefined {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined;
}

/** A decimal number, NaN if the text is none: no exponents, no empty text that is 0. */
export function number(text: string): number {
  return /^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : NaN;
}

function word<K extends Choice>(
  name: string, choice: K, write: (value: Choices[K]) => string, read: (text: string) => Choices[K] | undefined,
): Word<K> {
  return { name, choice, write, read };
}

function oneOf<T extends string>(...all: readonly T[]): (text: string) => T | undefined {
  return (text) => all.find((one) => one === text.toLowerCase());
}

function yes(value: boolean): string {
  return value ? '1' : '0';
}

function isYes(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

function list(items: readonly string[]): string {
  return items.map(escaped).join(',');
}

function items(text: string, most: number, good: (item: string) => boolean): readonly string[] {
  const all = text.split(',').map((item) => item.trim());
  return [...new Set(all.filter((item) => item !== '' && good(item)))].slice(0, most);
}

function degrees(value: number): number {
  return Number(value.toFixed(5));
}

/** Only what would end the text, or what browsers escape on their own, is escaped: a link stays readable. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|2C|2F|40|24|3D)/g, (code) => decodeURIComponent(code));
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % somebody typed
  }
}
