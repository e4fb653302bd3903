/**
 * The keys: the one list that the keyboard obeys, the help sheet shows, and the commands of the
 * omnibox take their hints from. Those of tar1090 do here what they do there, where there is such a
 * thing. The map's own keys (arrows, + and -) are MapLibre's, and the table has its own.
 */

export type Group = 'Find' | 'Map' | 'Flight' | 'Show' | 'Time';

export interface Key {
  /** Any of these, as they are shown: `F`, `Esc`, `Ctrl K`. */
  readonly keys: readonly string[];
  /** The command it runs. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** Holding it down goes on. */
  readonly repeats?: true;
  /** What is missing when the command has nothing to do. */
  readonly needs?: string;
}

const A_FLIGHT = 'Select a flight first';

export const KEYS: readonly Key[] = [
  { keys: ['/'], id: 'find', title: 'Find flights, airports, filters', group: 'Find' },
  { keys: ['Ctrl K'], id: 'commands', title: 'Find a command', group: 'Find' },
  { keys: ['C'], id: 'filters.clear', title: 'Clear all filters', group: 'Find', needs: 'There is no filter' },
  { keys: ['U'], id: 'military', title: 'Military only', group: 'Find' },
  { keys: ['B'], id: 'panel.table', title: 'Table of flights', group: 'Find' },
  { keys: ['V'], id: 'scope', title: 'Table: in view, or all', group: 'Find' },
  { keys: ['Esc'], id: 'close', title: 'Close what is on top, then select nothing', group: 'Find' },
  { keys: ['?'], id: 'panel.help', title: 'This sheet', group: 'Find' },

  { keys: ['W'], id: 'pan.north', title: 'Move north', group: 'Map', repeats: true },
  { keys: ['A'], id: 'pan.west', title: 'Move west', group: 'Map', repeats: true },
  { keys: ['S'], id: 'pan.south', title: 'Move south', group: 'Map', repeats: true },
  { keys: ['D'], id: 'pan.east', title: 'Move east', group: 'Map', repeats: true },
  { keys: ['E'], id: 'zoom.in', title: 'Zoom in', group: 'Map', repeats: true },
  { keys: ['Q'], id: 'zoom.out', title: 'Zoom out', group: 'Map', repeats: true },
  { keys: ['H'], id: 'home', title: 'Home, or all flights', group: 'Map' },
  { keys: ['G'], id: 'projection', title: 'Globe or flat map', group: 'Map' },
  { keys: ['Z'], id: 'measure', title: 'Measure a distance', group: 'Map', needs: 'The plain map cannot measure' },

  { keys: ['F'], id: 'follow', title: 'Follow', group: 'Flight', needs: A_FLIGHT },
  { keys: ['I'], id: 'isolate', title: 'Isolate: hide all others', group: 'Flight', needs: A_FLIGHT },
  { keys: ['M'], id: 'multi', title: 'Select several', group: 'Flight' },
  { keys: ['R'], id: 'random', title: 'Select any flight', group: 'Flight', needs: 'There is no flight' },

  { keys: ['T'], id: 'layer.trails', title: 'Trails of all flights', group: 'Show' },
  { keys: ['L'], id: 'labels.switch', title: 'Labels', group: 'Show' },
  { keys: ['O'], id: 'labels.longer', title: 'Longer labels', group: 'Show' },
  { keys: ['Y'], id: 'panel.layers', title: 'Layers and settings', group: 'Show' },
  { keys: ['J'], id: 'panel.events', title: 'What happened', group: 'Show' },

  { keys: ['Space'], id: 'pause', title: 'Pause, play on', group: 'Time' },
  { keys: [','], id: 'slower', title: 'Slower', group: 'Time', repeats: true, needs: 'Live goes at its own pace' },
  { keys: ['.'], id: 'faster', title: 'Faster', group: 'Time', repeats: true, needs: 'Live goes at its own pace' },
  { keys: ['N'], id: 'live', title: 'Now: back to live', group: 'Time', needs: 'This is live' },
  { keys: ['X'], id: 'panel.time', title: 'Time controls', group: 'Time' },
];

/** What the map and the table do with keys while they have the focus. */
export const WITHIN: readonly { readonly keys: readonly string[]; readonly title: string }[] = [
  { keys: ['←', '↑', '↓', '→'], title: 'Map: move. Table: up and down' },
  { keys: ['+', '−'], title: 'Map: zoom' },
  { keys: ['Shift', '↑'], title: 'Map: tilt and turn' },
  { keys: ['Enter'], title: 'Table: select the flight' },
  { keys: ['Shift', 'click'], title: 'Add a flight to the selection' },
];

/** A key that was pressed, and where. */
export interface Press {
  readonly key: string;
  /** The place on the keyboard, for alphabets that have no Latin letters. */
  readonly code: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly repeat: boolean;
  /** In a field that takes text. */
  readonly typing: boolean;
  /** On a button or the like, which Space and Enter press. */
  readonly pressable: boolean;
}

/** What a key press means; null if it is not ours. `letters` is false while keys without Ctrl are switched off. */
export function keyOf(press: Press, letters = true): Key | null {
  const name = nameOf(press);
  if (name === null) return null;
  const key = KEYS.find(({ keys }) => keys.includes(name)) ?? null;
  if (!key || (press.repeat && !key.repeats)) return null;
  if (name === 'Ctrl K') return key;
  if (press.typing || (name === 'Space' && press.pressable)) return null;
  return letters || name === 'Esc' ? key : null;
}

/** The first key of a command, for a hint beside it. */
export function keyFor(id: string): string | undefined {
  return KEYS.find((key) => key.id === id)?.keys[0];
}

function nameOf({ key, code, ctrl, meta, alt, shift }: Press): string | null {
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : /^[^\x00-\x7f]$/.test(key) ? (/^Key([A-Z])$/.exec(code)?.[1] ?? null) : null;
  if (ctrl || meta) return letter === 'K' && !alt && !shift ? 'Ctrl K' : null;
  if (alt) return /^[/?]$/.test(key) ? key : null; // some layouts have them behind AltGr
  if (key === 'Escape') return 'Esc';
  if (key === ' ') return shift ? null : 'Space';
  if (letter !== null) return shift ? null : letter;
  return key.length === 1 ? key : null;
}
