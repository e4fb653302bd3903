/** The composition root: the only module that reads the address, the clock and the network. */
import '@fontsource-variable/inter/index.css';
import 'maplibre-gl/dist/maplibre-gl.css';
import './look.css';
import { AircraftLayer, SELECTED_LAYER, placeAt } from './aircraft';
import { StreamClock } from './clock';
import { Connection, type StreamSocket, type Wanted } from './connection';
import { Details } from './details';
import { element } from './element';
import { Flights } from './flights';
import { fillLegend } from './legend';
import { addNight, drawNight, makeMap, pixelOf, whyNoMap } from './map';
import { repaintInterval } from './repaint';
import { Selection } from './selection';
import { StatusBar } from './status';
import { Trail } from './trail';
import { skyBox, unseenError, watchedBox, type Box } from './viewport';
import type { Map as MapLibre } from 'maplibre-gl';

const PANELS_MS = 250;
const NIGHT_MS = 60_000;

/** For tests in a browser. */
interface Hook {
  ready: boolean;
  flightCount(): number;
  ids(): string[];
  pixelOf(id: string): { x: number; y: number } | null;
  select(id: string | null): void;
  selectedId(): string | null;
  /** How many of the server's digests the picture agreed with, and how many it did not. */
  readonly digests: number;
  readonly desyncs: number;
}
declare global {
  interface Window {
    aerotrack?: Hook;
  }
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}".`);
  return found;
}

function below(path: string): URL {
  return new URL(path, document.baseURI);
}

function openStream(heard: (data: unknown) => void, closed: () => void): StreamSocket {
  const address = below('api/v1/stream');
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, 'aerotrack.v1.binary');
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => heard(data);
  socket.onclose = closed;
  return socket;
}

async function getJson(path: string): Promise<unknown> {
  const answer = await fetch(below(path));
  if (!answer.ok) throw new Error(`The server answered ${answer.status} to ${path}.`);
  return answer.json();
}

function viewOf(map: MapLibre): Pick<Wanted, 'box' | 'errorM'> {
  const bounds = map.getBounds();
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const box: Box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  return { box: watchedBox(box, map.getZoom(), width, height), errorM: unseenError(map.getZoom()) };
}

async function run(): Promise<void> {
  fillLegend(part('legend'));
  const status = new StatusBar(part('status'));
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const chosenView = location.hash !== '';

  const flights = new Flights();
  const clock = new StreamClock();
  const now = (): number => performance.now();
  const streamNow = (): number => clock.now(now()) ?? 0;

  const map = await makeMap(part('map'), below('basemap/').href);
  addNight(map);
  const aircraft = new AircraftLayer(map);
  const trail = new Trail(map, getJson, SELECTED_LAYER);
  const selection = new Selection(flights);
  const details = new Details(part('details'), () => choose(null));

  const hook: Hook = {
    ready: false,
    flightCount: () => flights.size,
    ids: () => flights.ids(),
    pixelOf: (id) => {
      const flight = flights.get(id);
      const place = flight && placeAt(flight, streamNow());
      return place ? pixelOf(map, place) : null;
    },
    select: (id) => choose(id),
    selectedId: () => selection.id,
    get digests() {
      return connection.digests;
    },
    get desyncs() {
      return connection.desyncs;
    },
  };
  window.aerotrack = hook;

  const connection = new Connection(
    {
      open: openStream,
      now,
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    },
    flights,
    clock,
    () => {
      if (hook.ready) return;
      hook.ready = true;
      const sky = chosenView ? null : skyBox(flights);
      if (sky) map.fitBounds([sky[0], sky[1], sky[2], sky[3]], { padding: 60, maxZoom: 8, animate: false });
      drawNight(map, streamNow());
      drawAircraft();
    },
  );

  function drawAircraft(): void {
    aircraft.draw(flights, streamNow(), selection.id);
    const flight = selection.flight;
    const place = flight && selection.present ? placeAt(flight, streamNow()) : null;
    if (flight && place) trail.reach(flight, place, streamNow());
  }

  function showPanels(): void {
    let emergencies = 0;
    for (const flight of flights) if (flight.emergency !== null) emergencies++;
    const sinceAppliedMs = connection.appliedAt === null ? null : now() - connection.appliedAt;
    const { state, reason, digests, desyncs } = connection;
    status.show({ state, reason, flights: flights.size, emergencies, sinceAppliedMs, digests, desyncs });
    const flight = selection.flight;
    if (flight) details.show(flight, selection.present, streamNow());
    else details.hide();
  }

  function choose(id: string | null): void {
    selection.choose(id);
    connection.watch({ flight: id });
    aircraft.stress(selection.present);
    void trail.follow(selection.id);
    showPanels();
    drawAircraft();
    uncover();
  }

  /** Moves the map when the panel has come to lie over the flight it speaks of. */
  function uncover(): void {
    const flight = selection.flight;
    const place = flight && placeAt(flight, streamNow());
    if (!place) return;
    const panel = part('details').getBoundingClientRect();
    const pixel = pixelOf(map, place);
    if (!pixel || pixel.x < panel.left || pixel.x > panel.right) return;
    if (pixel.y < panel.top || pixel.y > panel.bottom) return;
    const sheet = panel.width > 0.6 * innerWidth;
    const offset: [number, number] = sheet ? [0, -panel.height / 2] : [panel.width / 2, 0];
    map.easeTo({ center: [place.lon, place.lat], offset });
  }

  map.on('click', (event) => choose(aircraft.pick(event.point)));
  map.on('mousemove', (event) => {
    map.getCanvas().style.cursor = aircraft.pick(event.point) === null ? '' : 'pointer';
  });
  map.on('moveend', () => connection.watch(viewOf(map)));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') choose(null);
  });
  addEventListener('online', () => connection.hurry());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) connection.hurry();
  });

  let [drawn, shown, shaded] = [0, 0, now()];
  function frame(): void {
    requestAnimationFrame(frame); // the browser leaves it out while the tab is hidden
    const at = now();
    if (at - shown > PANELS_MS) {
      shown = at;
      showPanels();
    }
    if (!hook.ready) return;
    const interval = reducedMotion
      ? 1000
      : repaintInterval(map.getZoom(), map.getCenter().lat, flights.size, clock.rate);
    if (at - drawn > interval) {
      drawn = at;
      drawAircraft();
    }
    if (at - shaded > NIGHT_MS) {
      shaded = at;
      drawNight(map, streamNow());
    }
  }

  connection.watch(viewOf(map));
  connection.connect();
  requestAnimationFrame(frame);
}

const obstacle = whyNoMap();
if (obstacle === null) {
  void run();
} else {
  const way = element('a', '', 'api/v1/flights');
  way.href = 'api/v1/flights';
  part('status').hidden = part('legend').hidden = true;
  part('map').append(element('p', 'notice glass', `${obstacle} The flights themselves are at `, way, '.'));
}
