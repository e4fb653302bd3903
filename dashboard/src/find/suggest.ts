/** What the omnibox offers for a text, best first. Pure: what the server knows is handed in. */
import type { Facts } from '../sky/flight';
import type { Place } from '../sky/motion';
import type { Sky } from '../sky/sky';
import type { Units } from '../state/state';
import type { Command } from './commands';
import { FIELDS, fieldOf, type Airport } from './fields';
import { isTerm, parse, split } from './grammar';

export type Action =
  | { readonly kind: 'select'; readonly flight: string; readonly place: Place | null }
  | { readonly kind: 'fly'; readonly place: Place }
  | { readonly kind: 'filter'; readonly terms: readonly string[] }
  | { readonly kind: 'command'; readonly command: Command };

export interface Suggestion {
  readonly group: string;
  readonly title: string;
  readonly note: string;
  readonly action: Action;
}

const MOST_FLIGHTS = 7;
const MOST_FILTERS = 6;
const STARTERS = ['alt>30000', 'alt<10000', 'emergency', 'air', 'phase:climb', 'type:A388'];
const METRIC_STARTERS = ['alt>9000m', 'alt<3000m', ...STARTERS.slice(2)];

/** Flights whose callsign, registration, address or type is, begins with, or holds the text, in this order. */
export function flightsLike(sky: Sky, text: string, most = MOST_FLIGHTS): number[] {
  const wanted = text.trim().toUpperCase();
  if (wanted === '') return [];
  const found: { slot: number; rank: number; name: string }[] = [];
  for (const slot of sky.slots()) {
    const rank = rankOf(sky.facts[slot]!, wanted);
    if (rank < Infinity) found.push({ slot, rank, name: sky.facts[slot]!.callsign ?? '~' });
  }
  found.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.slot - b.slot));
  return found.slice(0, most).map(({ slot }) => slot);
}

/** The most frequent values of a column that begin with a text, with how many flights have them. */
export function frequent(sky: Sky, column: keyof Facts, beginning: string, most: number): [value: string, flights: number][] {
  const wanted = beginning.toUpperCase();
  const counts = new Map<string, number>();
  for (const slot of sky.slots()) {
    const value = sky.facts[slot]![column];
    if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].filter(([value]) => value.toUpperCase().startsWith(wanted)).sort((a, b) => b[1] - a[1]).slice(0, most);
}

/** Terms that a text is, or could become. */
export function filtersFor(sky: Sky, text: string, units: Units = 'aviation'): Suggestion[] {
  const whole = split(text);
  if (text.trim() === '') return (units === 'metric' ? METRIC_STARTERS : STARTERS).map((term) => filter([term]));
  const list: Suggestion[] = [];
  if (whole.length > 0 && whole.every(isTerm)) {
    const parsed = whole.map((term) => parse(term));
    if (parsed.every((term) => !('error' in term))) list.push(filter(whole));
  }
  const [, before, name, value] = /^([-!]?)([a-z0-9_]+)(?:[:=]([^,]*))?$/i.exec(text.trim()) ?? [];
  const field = name === undefined ? undefined : fieldOf(name);
  if (field && value !== undefined) {
    const listed = (field.values ?? []).filter((one) => one.startsWith(value.toLowerCase())).map((one) => [one, null] as const);
    const values = field.column && !field.values ? frequent(sky, field.column, value, MOST_FILTERS) : listed;
    for (const [one, flights] of values) list.push(filter([`${before}${field.name}:${/[\s,]/.test(one) ? `"${one}"` : one}`], flights));
    if (values.length === 0) list.push(...field.examples.map((term) => filter([before + term])));
  } else if (name !== undefined && name.length > 1) {
    const word = name.toLowerCase();
    for (const one of FIELDS) {
      if (![one.name, ...one.also, one.title.toLowerCase()].some((known) => known.startsWith(word))) continue;
      list.push(...one.examples.map((term) => filter([before + term])));
    }
    for (const [type, flights] of frequent(sky, 'type_code', name, 2)) list.push(filter([`${before}type:${type}`], flights));
  }
  const once = new Map(list.map((one) => [one.title, one]));
  return [...once.values()].slice(0, MOST_FILTERS);
}

/** Airports to fly to, and the filters for the first of them. */
export function placesOf(airports: readonly Airport[]): Suggestion[] {
  const list = airports.map((one): Suggestion => ({
    group: 'Places', title: one.city === '' || one.name.startsWith(one.city) ? one.name : `${one.city}, ${one.name}`,
    note: [one.iata, one.icao, one.country].filter(Boolean).join(' · '), action: { kind: 'fly', place: { lat: one.lat, lon: one.lon } },
  }));
  const code = airports[0]?.icao;
  return code === undefined ? list : [...list, ...[`from:${code}`, `to:${code}`, `near:${code},50nm`].map((term) => filter([term]))];
}

/** Commands whose words begin as the text's do. */
export function commandsLike(all: readonly Command[], text: string): Suggestion[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter(({ title }) => wanted.every((word) => ` ${title.toLowerCase()}`.includes(` ${word}`)))
    .map((command) => ({ group: 'Commands', title: command.title, note: command.keys ?? '', action: { kind: 'command', command } }));
}

function filter(terms: readonly string[], flights: number | null = null): Suggestion {
  const said = terms.map((term) => parse(term)).map((term) => ('error' in term ? term.error : term.label)).join(', ');
  const note = flights === null ? said : `${flights} ${flights === 1 ? 'flight' : 'flights'}`;
  return { group: 'Filters', title: terms.join(' '), note, action: { kind: 'filter', terms } };
}

function rankOf({ callsign, registration, icao24, type_code }: Facts, wanted: string): number {
  const names = [callsign, registration, icao24, type_code].map((name) => name?.toUpperCase());
  const bare = names[1]?.replaceAll('-', '');
  if (names.includes(wanted) || bare === wanted) return 0;
  const begins = names.findIndex((name) => name?.startsWith(wanted));
  if (begins >= 0) return 1 + begins;
  if (bare?.startsWith(wanted)) return 2;
  return names.some((name) => name?.includes(wanted)) ? 5 : Infinity;
}
