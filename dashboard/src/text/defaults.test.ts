import { parseSync } from 'vite';
import { expect, test } from 'vitest';

/** `a || b` loses 0 and ''; where only null and undefined are meant, `a ?? b` is right. These are meant, by why. */
const MEANT: Record<string, string[]> = {
  'booleans': [
    'find/fields.ts: match(bare(told)) || (bare !== same && match(told))',
    'find/fields.ts: origin.waiting || destination.waiting',
    'map/coverage_layer.ts: this.#coverage.heard(sky.lat[slot]!, sky.lon[slot]!) || this.#grown',
    'map/plain_view.ts: adding || state.multi.peek()',
    "panels/layers_menu.tsx: state.layers.value.has('rings') || state.layers.value.has('coverage')",
    'panels/page.tsx: state.embed.value || state.kiosk.value',
    'panels/table_grid.tsx: event.ctrlKey || event.metaKey',
    'panels/table_grid.tsx: event.shiftKey || event.ctrlKey || event.metaKey',
    'panels/table_grid.tsx: event.shiftKey || far',
    "panels/timebar.tsx: at !== null || state.open.value.has('time')",
    'sky/alarms.ts: this.#here.delete(id) || this.#elsewhere.delete(id) || other',
    'sky/listing.ts: inFront === null || inFront(sky, slot)',
  ],
  'a difference of 0 is a tie, which the next decides': [
    "find/airport_ranking.ts: exact(b) - exact(a) || served(b) - served(a) || busy(b) - busy(a) || name(a).localeCompare(name(b), 'en')",
    'find/suggest.ts: a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.slot - b.slot)',
    'map/labels_canvas.ts: a.rank - b.rank || a.key - b.key',
    'panels/happenings.ts: b.time - a.time || (a.id < b.id ? 1 : -1)',
    'sky/census.ts: Number(a.name === null) - Number(b.name === null) || b.slots.length - a.slots.length || (a.name! < b.name! ? -1 : 1)',
  ],
  'an empty text names nothing': [
    'find/airport_ranking.ts: city || name',
    "find/fields.ts: sign || ':'",
    "find/fields.ts: value || 'any'",
    'map/labels.ts: facts.callsign?.trim() || facts.registration?.trim() || facts.icao24.toUpperCase()',
    'map/plain_flights.ts: facts.callsign?.trim() || facts.registration || facts.icao24',
    'panels/emergencies.tsx: callsign?.trim() || addressOf(id)',
    "panels/events_feed.tsx: told?.trim() || names.value.get(flight) || (typeof more['callsign'] === 'string' && more['callsign']) || addressOf(flight)",
    "panels/happenings.ts: area || 'an area'",
    "panels/happenings.ts: said(more['emergency']) || 'unknown'",
    "panels/happenings.ts: said(more['squawk']) || 'nothing'",
    'panels/table_groups.tsx: facts.callsign?.trim() || facts.registration || facts.icao24.toUpperCase()',
    "panels/timebar.tsx: trouble.value || (link === 'live' && !seeking ? reason : '')",
    "panels/told.tsx: state.told.value || (state.multi.value ? 'Clicks select several flights · Esc ends it' : '')",
    'sky/census.ts: facts[trait]?.trim() || null',
    "state/choices.ts: LAYERS.filter((name) => layers.has(name)).join(',') || 'none'",
  ],
  'what is a whole turn around is no width of 0': ['map/plain_camera.ts: (((east - west) % 360) + 360) % 360 || (east === west ? 0 : 360)'],
  'a replay that stands still is to run': ['panels/events_feed.tsx: state.playing.peek().speed || 1'],
  'a row that was not laid out has no height': ["panels/table_grid.tsx: parseFloat(getComputedStyle(scroller).getPropertyValue('--row')) || USUAL_ROW_PX"],
};

type Node = { type: string; start: number; end: number; [member: string]: unknown };

const SOURCES = import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!/src/**/*.test.*'], { query: '?raw', import: 'default', eager: true });
const COMPARING = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

test('what is left empty or 0 is not taken for missing', () => {
  expect(Object.keys(SOURCES).length).toBeGreaterThan(100);
  const found = Object.entries(SOURCES).flatMap(([path, source]) => defaults(path, source).map((text) => `${path.slice('/src/'.length)}: ${text}`));
  expect([...new Set(found)].sort()).toEqual(Object.values(MEANT).flat().sort());
});

test.each([
  ['const a = b || 7;', ['b || 7']],
  ["const a = b.trim() || c || '';", ["b.trim() || c || ''"]],
  ['a ||= 90;', ['a ||= 90']],
  ['const a = <p>{b || c}</p>;', ['b || c']],
  ['if (a || b) c();', []],
  ['const a = b || c ? 1 : 2;', []],
  ['while (!(a || b)) c();', []],
  ['if (a && (b || c)) d();', []],
  ['const a = b === null || c > 1;', []],
  ['const a = b || !c;', []],
  ['const a = b ?? 7;', []],
])('in %s', (source, expected) => {
  expect(defaults('a.tsx', source)).toEqual(expected);
});

/** The texts of every `||` whose value is used, not only whether it is true, and may be something else than a boolean. */
function defaults(path: string, source: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown, isAsked: boolean): void => {
    if (Array.isArray(value)) return value.forEach((each) => visit(each, isAsked));
    if (!isNode(value)) return;
    if (isDefault(value) && !isAsked && !isTruth(value['right'] as Node)) {
      found.push(source.slice(value.start, value.end).replaceAll(/\s+/g, ' '));
      return;
    }
    for (const [name, child] of Object.entries(value)) visit(child, isQuestion(value, name, isAsked));
  };
  visit(parseSync(path, source).program, false);
  return found;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

const isDefault = ({ type, operator }: Node): boolean =>
  (type === 'LogicalExpression' && operator === '||') || (type === 'AssignmentExpression' && operator === '||=');

/** Whether of this member of a node only the truth is asked. */
function isQuestion({ type, operator }: Node, member: string, isAsked: boolean): boolean {
  if (member === 'test') return true;
  if (type === 'UnaryExpression') return operator === '!';
  if (type === 'LogicalExpression') return isAsked || (operator === '&&' && member === 'left');
  return type === 'ParenthesizedExpression' && isAsked;
}

/** Whether a node is a boolean, to all appearances. */
function isTruth(node: Node): boolean {
  switch (node.type) {
    case 'BinaryExpression': return COMPARING.has(node['operator'] as string);
    case 'UnaryExpression': return node['operator'] === '!';
    case 'Literal': return typeof node['value'] === 'boolean';
    case 'LogicalExpression': return isTruth(node['right'] as Node);
    case 'ParenthesizedExpression': return isTruth(node['expression'] as Node);
    default: return false;
  }
}
