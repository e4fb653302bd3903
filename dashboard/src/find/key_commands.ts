/** What only a key does: steps across the map, and what is quicker pressed than named. */
import type { App } from '../app';
import { skyBox } from '../map/viewport';
import { flip, type Labels } from '../state/state';
import type { Command } from './commands';

const STEP = 0.22; // of the map's smaller side
const HOME_ZOOM = 7;
const FLIGHT_ZOOM = 6;
/** The pace of a replay, step by step. */
const PACES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 100, 500];
const SHY_MS = 10_000; // closer to the present a replay goes over to it by itself

/** `chance` is from 0 to 1. */
export function keyCommands(app: App, chance: () => number): Command[] {
  return [...ofTheMap(app), ...ofFlights(app, chance), ...ofLabels(app), ...ofTime(app)];
}

function ofTheMap({ state }: App): Command[] {
  const pan = (id: string, x: number, y: number): Command => ({ id: `pan.${id}`, title: '', run: ({ view }) => view.pan(x * STEP, y * STEP) });
  return [
    pan('north', 0, -1), pan('south', 0, 1), pan('west', -1, 0), pan('east', 1, 0),
    { id: 'zoom.in', title: '', run: ({ view }) => view.zoomBy(1) },
    { id: 'zoom.out', title: '', run: ({ view }) => view.zoomBy(-1) },
    { id: 'home', title: state.home.value ? 'Home' : 'All flights', run: goHome },
    {
      id: 'scope',
      title: state.scope.value === 'view' ? 'Table: all flights' : 'Table: flights in view',
      run({ state: { scope, open } }) {
        scope.value = scope.value === 'view' ? 'all' : 'view';
        flip(open, 'table', true);
      },
    },
  ];
}

function ofFlights({ state, sieve }: App, chance: () => number): Command[] {
  const { multi } = state;
  const several: Command = {
    id: 'multi',
    title: multi.value ? 'A click selects one flight' : 'Clicks select several flights',
    run: () => void (multi.value = !multi.value),
  };
  return sieve.count > 0 ? [several, { id: 'random', title: '', run: (app) => chooseAny(app, chance()) }] : [several];
}

function ofLabels({ state: { labels } }: App): Command[] {
  const switched = (id: string, to: Labels, title: string): Command => ({ id, title, run: () => void (labels.value = to) });
  return [
    labels.value === 'none' ? switched('labels.switch', 'callsign', 'Labels on') : switched('labels.switch', 'none', 'Labels off'),
    labels.value === 'full' ? switched('labels.longer', 'callsign', 'Callsigns as labels') : switched('labels.longer', 'full', 'Longer labels'),
  ];
}

function ofTime(app: App): Command[] {
  const { playing } = app.state;
  const { at, speed } = playing.value;
  if (at === null) {
    if (app.now() === 0) return [];
    return [{ id: 'pause', title: 'Paused', run: () => void (playing.value = { at: app.now() - SHY_MS, speed: 0 }) }];
  }
  const to = (id: string, pace: number | undefined): Command => ({
    id, title: pace === undefined ? `× ${speed}` : `× ${pace}`, run: () => void (playing.value = { at, speed: pace ?? speed }),
  });
  if (speed === 0) return [];
  return [to('slower', PACES.findLast((pace) => pace < speed)), to('faster', PACES.find((pace) => pace > speed))];
}

function goHome({ state, sky, view }: App): void {
  const home = state.home.peek();
  if (home) {
    view.goTo(home, HOME_ZOOM);
    return;
  }
  const places = [...sky.slots()].map((slot) => ({ lat: sky.lat[slot]!, lon: sky.lon[slot]! }));
  const box = skyBox(places);
  if (box) view.fit(box);
  else view.goTo({ lat: 30, lon: state.camera.peek().lon }, 1);
}

/** Any flight that the filter lets through, and that has a place. */
function chooseAny({ sky, sieve, state, view, now }: App, chance: number): void {
  const there = [...sky.slots()].filter((slot) => sieve.passed[slot] === 1 && !Number.isNaN(sky.lat[slot]!));
  const slot = there[Math.floor(chance * there.length)];
  const facts = slot === undefined ? null : sky.facts[slot];
  if (slot === undefined || !facts) return;
  state.choose(facts.id);
  const place = sky.placeAt(slot, now());
  if (place) view.goTo(place, Math.max(FLIGHT_ZOOM, state.camera.peek().zoom));
}
