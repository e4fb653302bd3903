/**
 * Everything the page can be told to do, by name: the omnibox lists it after `>`, the keyboard runs
 * what has a key. Titles say what would happen now, so the list is made anew each time it is shown.
 */
import type { App } from '../app';
import { keyFor } from '../state/keys';
import { PRESENT, flip, type Colouring, type Labels, type LayerName, type PanelName, type Units } from '../state/state';

export interface Command {
  /** Its name for the keyboard and for tests: `theme`, `layer.night`. */
  readonly id: string;
  /** What it would do now. */
  readonly title: string;
  /** The key that runs it, as it is shown: `T`, `Shift+T`. */
  readonly keys?: string;
  run(app: App): void;
}

const LAYERS: Record<LayerName, string> = {
  night: 'the night side', airports: 'airports and runways', places: 'names of places', trails: 'trails of all flights',
  rings: 'range rings', coverage: 'the coverage outline', heat: 'the heat map',
};
const PANELS: Record<PanelName, string> = {
  table: 'the table of flights',
  layers: 'layers and settings',
  events: 'the events: what happened',
  time: 'the time bar',
  help: 'keys and help',
};
const UNITS: Record<Units, string> = {
  aviation: 'aviation (ft, kt, nm)', metric: 'metric (m, km/h, km)', imperial: 'imperial (ft, mph, mi)',
};
const COLOURINGS: Record<Colouring, string> = {
  altitude: 'altitude', speed: 'speed', climb: 'climb and descent', source: 'source of the position', age: 'age of the position',
};
const LABELS: Record<Labels, string> = { none: 'no labels', callsign: 'callsigns as labels', full: 'callsign, altitude and speed as labels' };

/** All commands, those that are wanted most often first. */
export function commands(app: App): Command[] {
  return [...ofFlights(app), ...ofPanels(app), ...ofTheView(app), ...ofLayers(app)].map((command) => {
    const keys = keyFor(command.id);
    return keys === undefined ? command : { ...command, keys };
  });
}

function ofFlights({ state }: App): Command[] {
  const chosen = state.chosen !== null;
  const list: Command[] = [];
  if (state.terms.value.length > 0) {
    list.push({ id: 'filters.clear', title: 'Clear all filters', run: (app) => void (app.state.terms.value = []) });
    list.push({
      id: 'others',
      title: state.others.value === 'hide' ? 'Show filtered flights as ghosts' : 'Hide filtered flights',
      run: (app) => void (app.state.others.value = app.state.others.value === 'hide' ? 'ghost' : 'hide'),
    });
  }
  const military = state.terms.value.includes('mil');
  list.push({
    id: 'military',
    title: military ? 'Show civil flights again' : 'Show military flights only',
    run: ({ state: { terms } }) => void (terms.value = [...terms.value.filter((term) => !/^-?mil$/.test(term)), ...(military ? [] : ['mil'])]),
  });
  if (chosen) {
    list.push({
      id: 'follow',
      title: state.follow.value ? 'Stop following the flight' : 'Follow the selected flight',
      run: (app) => void (app.state.follow.value = !app.state.follow.value),
    });
    list.push({
      id: 'isolate',
      title: state.isolate.value ? 'Show all flights again' : 'Show the selected flights only',
      run: (app) => void (app.state.isolate.value = !app.state.isolate.value),
    });
    list.push({ id: 'selection.clear', title: 'Select nothing', run: (app) => app.state.choose(null) });
  }
  const { at, speed } = state.playing.value;
  if (at !== null) {
    list.push({ id: 'live', title: 'Go back to live', run: (app) => void (app.state.playing.value = PRESENT) });
    list.push({
      id: 'pause',
      title: speed === 0 ? 'Play on' : 'Pause the replay',
      run: ({ state: { playing } }) => void (playing.value = { ...playing.value, speed: playing.value.speed === 0 ? 1 : 0 }),
    });
  }
  return list;
}

function ofPanels({ state }: App): Command[] {
  return Object.entries(PANELS).map(([name, title]) => ({
    id: `panel.${name}`,
    title: `${state.open.value.has(name as PanelName) ? 'Close' : 'Open'} ${title}`,
    run: (app) => flip(app.state.open, name as PanelName),
  }));
}

function ofTheView({ state, plainly }: App): Command[] {
  const measuring = state.measure.value !== null;
  return [
    ...(plainly ? [] : [{
      id: 'measure',
      title: measuring ? 'Stop measuring' : 'Measure a distance on the map',
      run: (app: App) => void (app.state.measure.value = measuring ? null : { points: [], open: true }),
    }]),
    {
      id: 'theme',
      title: state.theme.value === 'dark' ? 'Switch to the light theme' : 'Switch to the dark theme',
      run: (app) => void (app.state.theme.value = app.state.theme.value === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'projection',
      title: state.projection.value === 'globe' ? 'Flatten the map' : 'Show the globe',
      run: (app) => void (app.state.projection.value = app.state.projection.value === 'globe' ? 'flat' : 'globe'),
    },
    ...choices('units', 'Units: ', UNITS, (app) => app.state.units, state.units.value),
    ...choices('colour', 'Colour by ', COLOURINGS, (app) => app.state.colouring, state.colouring.value),
    ...choices('labels', 'Show ', LABELS, (app) => app.state.labels, state.labels.value),
    {
      id: 'raw',
      title: state.raw.value ? 'Move flights between their reports' : 'Show reported positions only',
      run: (app) => void (app.state.raw.value = !app.state.raw.value),
    },
    {
      id: 'kiosk',
      title: state.kiosk.value ? 'Show the panels' : 'Hide the panels (for a display on a wall)',
      run: (app) => void (app.state.kiosk.value = !app.state.kiosk.value),
    },
  ];
}

function ofLayers({ state }: App): Command[] {
  return Object.entries(LAYERS).map(([name, title]) => ({
    id: `layer.${name}`,
    title: `${state.layers.value.has(name as LayerName) ? 'Hide' : 'Show'} ${title}`,
    run: (app) => flip(app.state.layers, name as LayerName),
  }));
}

/** One command for each choice that is not made yet. */
function choices<T extends string>(
  id: string,
  before: string,
  titles: Record<T, string>,
  chosen: (app: App) => { value: T },
  now: T,
): Command[] {
  return (Object.entries(titles) as [T, string][])
    .filter(([name]) => name !== now)
    .map(([name, title]) => ({ id: `${id}.${name}`, title: before + title, run: (app) => void (chosen(app).value = name) }));
}
