/** The composition root: the only module that reads the address, the clock and the network. */
import '@fontsource-variable/inter/index.css';
import 'maplibre-gl/dist/maplibre-gl.css';
import './look.css';
import { effect, signal } from '@preact/signals';
import type { App, Core } from './app';
import { AirportBook } from './find/airports';
import { parse } from './find/grammar';
import { Sieve } from './find/sieve';
import { hookOf } from './hook';
import { openView } from './map/open_view';
import type { View } from './map/view';
import { boxOf, skyBox, unseenError, watchedBox } from './map/viewport';
import { clearOfPanels } from './panels/clearance';
import { obeyKeys } from './panels/keyboard';
import { showPanels } from './panels/page';
import { wear } from './panels/theme';
import { pageTitle } from './panels/title';
import { KEY_GONE, OwnKey } from './own_key';
import { Server } from './server';
import { Alarms } from './sky/alarms';
import { Feeds } from './sky/feeds';
import { Sky, type Change } from './sky/sky';
import { Tracks } from './sky/tracks';
import { choicesOf, choose } from './state/choices';
import { Kept } from './state/kept';
import { Navigation } from './state/navigation';
import { open } from './state/opening';
import { seek } from './state/seek';
import { PRESENT, State } from './state/state';
import { StreamClock } from './stream/clock';
import { Latency, type Lateness } from './stream/latency';
import { Connection, type StreamSocket, type Wanted } from './stream/connection';
import type { FlightEvent } from './stream/messages';
import { PHASES } from './stream/wire';
import { clockTime, day } from './text/moments';

const PULSE_MS = 250;
const MOST_EVENTS = 300;
const KEEPING_MS = 400;
const OURS = 'aerotrack'; // marks the entries of the browser's history that we made
const FLIGHT_ID = /^~?[0-9a-f]{6}-[0-9a-f]{8}$/; // for another, in a link somebody made, the server refuses all flights
const UNSEEN_MS = 60_000; // a hidden page hangs up after this

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}".`);
  return found;
}

function below(path: string): URL {
  return new URL(path, document.baseURI);
}

function openStream(key: OwnKey, server: Server, heard: (data: unknown) => void, closed: () => void): StreamSocket {
  const address = below('api/v1/stream');
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, ['aerotrack.v1.binary', ...key.subprotocols]);
  let greeted = false;
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    greeted = true;
    heard(data);
  };
  socket.onclose = ({ code }) => {
    if (code === KEY_GONE) key.ask();
    // No browser says why a handshake was refused: another request finds out whether it is the key.
    else if (!greeted) void server.json('api/v1/stats').catch(() => undefined);
    closed();
  };
  return socket;
}

function turnTo(query: string, hash: string, how: 'push' | 'replace'): void {
  const address = location.pathname + query + hash;
  try {
    if (how === 'push') history.pushState(OURS, '', address);
    else history.replaceState(OURS, '', address);
  } catch {
    // Too many in a short time: the next change tells it.
  }
}

function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}

async function run(): Promise<void> {
  const wall = (): number => performance.now();
  const clock = new StreamClock();
  const state = new State();
  const kept = new Kept(() => localStorage, { theme: matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark' });
  const { placed, sought, soughtZoom, rest } = open(state, kept, location.search, location.hash, Date.now());
  effect(() => wear(state.theme.value));
  const navigation = new Navigation({ hash: () => location.hash, go: turnTo }, state, after, rest, kept.usual);
  const sky = new Sky(PHASES);
  const key = new OwnKey(() => localStorage);
  const server = new Server(document.baseURI, (url, options) => key.fetch((...request) => fetch(...request), url, options));
  const core: Core = {
    sky,
    state,
    sieve: new Sieve(sky),
    server,
    key,
    enter: () => connection.hurry(),
    airports: new AirportBook(server, after),
    tracks: new Tracks(sky, (path) => server.json(path), state.selected),
    events: signal<readonly FlightEvent[]>([]),
    alarms: new Alarms(),
    feeds: new Feeds(() => server.json('api/v1/feeds')),
    latency: signal<Lateness | null>(null),
    appliedAt: signal<number | null>(null),
    address() {
      const { query, hash } = navigation.shared(state.link.peek().live ? null : core.now());
      return below(`./${query}${hash}`).href;
    },
    clear: clearOfPanels,
    now: () => clock.now(wall()) ?? 0,
    wall,
  };
  const latency = new Latency();
  const happened: FlightEvent[] = []; // since the last pulse: a fast replay has thousands a second
  let ready = false;
  let view: View | null = null;
  let asked = state.playing.peek();
  function applied(change: Change, started: boolean): void {
    core.sieve.sift(change);
    core.tracks.take(started);
    core.alarms.take(change, started, sky, connection.live);
    latency.take(change, started, sky, connection.live);
    core.appliedAt.value = wall();
    if (view === null) return; // it is told all when it is there
    view.take(change, started);
    show(view);
  }

  function show(view: View): void {
    if (ready) return;
    ready = true;
    void showFirst(view);
  }

  /** What an address without a place means to show: the flights it names, else all there are. */
  async function showFirst(view: View): Promise<void> {
    if (sought) {
      const found = await seek(sought, server);
      choose(state, { selected: found.ids, isolate: state.isolate.peek() && found.ids.length > 0 });
      if (found.place && !placed) view.goTo(found.place, soughtZoom ?? undefined);
      return;
    }
    if (placed) return;
    const slot = sky.slotOf(state.chosen ?? '');
    const place = slot === undefined ? null : sky.placeAt(slot, core.now());
    const box = place ? null : skyBox(places(sky));
    if (place) view.goTo(place);
    else if (box) view.fit(box);
    navigation.unmoved();
  }

  const connection: Connection = new Connection({ open: (heard, closed) => openStream(key, server, heard, closed), now: wall, after, random: Math.random }, sky, clock, {
    applied,
    happened(event) {
      core.alarms.happened(event);
      if (happened.push(event) > MOST_EVENTS) happened.shift();
    },
    changed() {
      const { state: how, reason, live, seeking, retryAt, losses, digests, desyncs } = connection;
      state.link.value = { state: how, reason, live, rate: clock.rate, seeking, retryAt, losses, digests, desyncs };
      if (connection.playing.at === null) state.playing.value = asked = PRESENT; // a replay has caught up, or could not begin
    },
  });

  // The flights come while the map is made: both take a second.
  connection.watch(placed ? { box: boxOf(state.camera.peek(), innerWidth, innerHeight), errorM: unseenError(state.camera.peek().zoom) } : { errorM: unseenError(0) });
  connection.watch({ flights: state.selected.peek().filter((id) => FLIGHT_ID.test(id)) });
  connection.play(state.playing.peek());
  connection.connect();

  const refused = new URLSearchParams(location.search).get('nowebgl');
  const why = refused === null ? null : refused === 'lost' ? 'lost' : 'asked';
  const { view: opened, plainly } = await openView(part('map'), below('basemap/').href, core, placed, why, () => location.replace(withoutGraphics()));
  const app: App = { ...core, view: opened, plainly };
  view = opened;
  if (sky.tick > 0) {
    const slots = [...sky.slots()];
    opened.take({ tick: sky.tick, time: core.now(), gone: [], told: slots, moved: slots }, true);
    show(opened);
  }

  window.aerotrack = hookOf(app, connection, () => ready);

  effect(() => connection.watch({ flights: state.selected.value.filter((id) => FLIGHT_ID.test(id)) }));
  effect(() => core.sieve.use(state.terms.value.map((term) => parse(term, (code) => core.airports.at(code)))));
  effect(() => connection.watch(wanted(state, opened)));
  effect(() => {
    state.pulse.value; // the minute that is played goes on
    const past = state.link.value.live ? null : `${day(app.now())} ${clockTime(app.now()).slice(0, 5)}`;
    const title = pageTitle(core.alarms.list.value.length, past);
    if (document.title !== title) document.title = title;
  });
  effect(() => {
    const playing = state.playing.value;
    if (playing === asked) return;
    if (playing.at === asked.at && playing.speed !== asked.speed) connection.pace(playing.speed);
    else connection.play(playing);
    asked = playing;
  });
  showPanels(part('panels'), app);
  obeyKeys(app, window, Math.random);

  if (!placed) navigation.unmoved();
  navigation.start();
  addEventListener('popstate', (event) => {
    navigation.returned(event.state === OURS);
    kept.opened(choicesOf(state));
  });
  let keeping = (): void => undefined;
  effect(() => {
    const choices = choicesOf(state);
    keeping();
    keeping = after(KEEPING_MS, () => kept.keep(choices));
  });

  addEventListener('online', () => connection.hurry());
  let forget = (): void => undefined;
  function seen(): void {
    forget();
    if (document.hidden) return void (forget = after(UNSEEN_MS, () => connection.rest()));
    latency.unseen();
    connection.hurry();
  }
  document.addEventListener('visibilitychange', seen);
  if (document.hidden) seen(); // opened in the background

  let pulsed = 0;
  function frame(): void {
    requestAnimationFrame(frame); // the browser leaves it out while the tab is hidden
    const at = wall();
    if (at - pulsed > PULSE_MS) {
      pulsed = at;
      if (happened.length > 0) core.events.value = [...happened.splice(0).reverse(), ...core.events.peek()].slice(0, MOST_EVENTS);
      state.pulse.value++;
    }
    if (!connection.crossing) opened.frame(at);
    core.latency.value = latency.drawn(app.now(), at);
  }
  requestAnimationFrame(frame);
}

/** This page, to begin anew with the plain view. */
function withoutGraphics(): string {
  const address = new URL(location.href);
  address.searchParams.set('nowebgl', 'lost');
  return address.href;
}

/** What the screen shows, as the stream is asked for it. */
function wanted(state: State, view: View): Partial<Wanted> {
  const { zoom } = state.camera.value;
  const everything = state.open.value.has('table') && state.scope.value === 'all';
  const box = everything ? null : watchedBox(view.bounds(), zoom, innerWidth, innerHeight);
  return { box, errorM: unseenError(zoom) };
}

function* places(sky: Sky): IterableIterator<{ lat: number; lon: number }> {
  for (const slot of sky.slots()) yield { lat: sky.lat[slot]!, lon: sky.lon[slot]! };
}

void run();
