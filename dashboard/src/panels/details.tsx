/** One flight: the one that was selected last. In the sky, gone from it, or of the past. */
import './details.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import { altitudeColour } from '../map/colours';
import { skyBox } from '../map/viewport';
import type { Flight } from '../sky/flight';
import { readFlight, type StoredFlight } from '../sky/stored_flight';
import { country } from '../text/aircraft_words';
import { age, altitude, climb, degrees, emergency, knots, text } from '../text/format';
import { clockTime, day } from '../text/moments';
import { Compare } from './compare';
import { FlightFacts } from './flight_facts';
import { PastFlights } from './past_flights';
import { Profile } from './profile';
import { Route } from './route';
import { Share } from './share';
import { Sources } from './sources';

const RECENT_MS = 5 * 60_000; // what was seen longer ago, the history knows better

/** What is known of a flight, and how. */
export interface Seen {
  readonly flight: Flight;
  /** It is in the sky; otherwise these are its last values. */
  readonly present: boolean;
  /** As the history tells it, when it was not seen here. */
  readonly stored: StoredFlight | null;
}

export function Details({ app }: { app: App }) {
  const id = app.state.chosen;
  return id === null ? null : <FlightPanel key={id} app={app} id={id} />;
}

function FlightPanel({ app, id }: { app: App; id: string }) {
  const seen = useFlight(app, id);
  const close = (): void => app.state.choose(null);
  const title = seen === null || seen === 'unknown' ? id : nameOf(seen.flight);
  return (
    <section id="details" class={seen !== null && seen !== 'unknown' && !seen.present ? 'glass absent' : 'glass'} aria-label="Flight">
      <header>
        <h2>{title}</h2>
        {seen !== null && seen !== 'unknown' && <Subtitle flight={seen.flight} />}
        <button type="button" class="close" title="Close (Esc)" aria-label="Close" onClick={close}>×</button>
      </header>
      {seen === 'unknown' && <p class="remark">Neither the sky nor the history knows this flight.</p>}
      {seen !== null && seen !== 'unknown' && <Body app={app} id={id} seen={seen} />}
    </section>
  );
}

function Body({ app, id, seen }: { app: App; id: string; seen: Seen }) {
  const { flight } = seen;
  useWayInView(app, id, seen.stored !== null);
  const played = (at: number): void => {
    app.state.playing.value = { at, speed: 1 };
  };
  return (
    <div class="body">
      {flight.emergency !== null && <p class="alarm">{emergency(flight.emergency)}</p>}
      <Notice seen={seen} app={app} />
      <Compare app={app} />
      <Route app={app} seen={seen} />
      <Tiles app={app} seen={seen} />
      <Profile app={app} id={id} onJump={played} />
      <Share app={app} seen={seen} onPlay={() => played(flight.started_at)} />
      <FlightFacts app={app} seen={seen} />
      <Sources app={app} id={id} />
      <PastFlights app={app} icao24={flight.icao24} chosen={id} onPlay={(past) => {
        app.state.choose(past.id);
        played(past.started_at);
      }} />
    </div>
  );
}

function Subtitle({ flight }: { flight: Flight }) {
  const facts = [flight.type_code, flight.registration, flight.icao24.toUpperCase(), country(flight.icao24)];
  return (
    <>
      <p class="subtitle">{facts.filter((fact) => fact !== null && fact !== '').join(' · ')}</p>
      {flight.operator !== null && <p class="operator">{flight.operator}</p>}
    </>
  );
}

function Notice({ seen: { flight, present, stored }, app }: { seen: Seen; app: App }) {
  const last = flight.last_heard ?? flight.time;
  const when = last === null ? '' : ` It was last heard ${day(last)} at ${clockTime(last)}.`;
  if (present) {
    return flight.coasting ? <p class="remark">No position for 15 s or more: drawn where it should be by now.</p> : null;
  }
  if (stored !== null && stored.ended_at !== null) return <p class="remark">A flight of the past.{when}</p>;
  if (!app.state.link.value.live) return <p class="remark">Not in the sky at the moment that is played.</p>;
  return <p class="remark">No longer in the picture. These are its last values.{when}</p>;
}

function Tiles({ app, seen: { flight, present } }: { app: App; seen: Seen }) {
  const units = app.state.units.value;
  const now = app.now();
  const slot = present ? app.sky.slotOf(flight.id) : undefined;
  const reckoned = slot === undefined ? NaN : app.sky.altitudeAt(slot, now);
  const altitude_ft = Number.isNaN(reckoned) ? flight.altitude_ft : reckoned;
  const tiles: readonly (readonly [name: string, value: string])[] = [
    ['Altitude', altitude(altitude_ft, flight.on_ground, units)],
    ['Ground speed', knots(flight.ground_speed_kt, units)],
    ['Vertical rate', climb(flight.vertical_rate_fpm, units)],
    ['Track', degrees(flight.track_deg)],
    ['Squawk', text(flight.squawk)],
    ['Data age', present ? age(flight.time === null ? null : now - flight.time) : '–'],
  ];
  const colour = flight.on_ground === true ? 'transparent' : altitudeColour(altitude_ft);
  return (
    <dl class="tiles" style={{ '--altitude': colour }}>
      {tiles.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

/** A flight by the name a person would call it. */
export function nameOf(flight: Pick<Flight, 'callsign' | 'registration' | 'icao24'>): string {
  return [flight.callsign, flight.registration, flight.icao24].find((name) => name !== null && name.trim() !== '') ?? flight.icao24;
}

/** Shows the way of a flight of the past, once it is known, if none of it is on the screen. */
function useWayInView(app: App, id: string, wanted: boolean): void {
  const track = app.tracks.of(id);
  const come = wanted && track !== null && !track.asked && track.points.length > 0;
  useEffect(() => {
    if (!come || track.points.some((point) => app.view.pixelOf(point) !== null && inside(app, point))) return;
    const box = skyBox(track.points);
    if (box) app.view.fit(box);
    else app.view.goTo(track.points.at(-1)!, 3);
  }, [app, come]);
}

function inside(app: App, { lat, lon }: { lat: number; lon: number }): boolean {
  const [west, south, east, north] = app.view.bounds();
  return lat >= south && lat <= north && [lon - 360, lon, lon + 360].some((each) => each >= west && each <= east);
}

/** What is known of a flight; null while it is asked for. */
function useFlight(app: App, id: string): Seen | null | 'unknown' {
  void app.state.pulse.value;
  const last = useRef<Flight | null>(null);
  const [stored, setStored] = useState<StoredFlight | null | 'unknown'>(null);
  const flight = app.sky.find(id);
  if (flight) last.current = flight;
  const recent = last.current !== null && Math.abs(app.now() - (last.current.last_heard ?? 0)) < RECENT_MS;
  const missing = flight === null && !recent && app.sky.tick > 0; // never seen here, or on another time line
  useEffect(() => {
    if (!missing) return;
    app.server.json(`api/v1/flights/${encodeURIComponent(id)}`).then(readFlight).then(setStored, () => setStored('unknown'));
  }, [app, id, missing]);
  if (flight) return { flight, present: true, stored: null };
  const isStored = stored !== null && stored !== 'unknown';
  if (last.current && (recent || !isStored)) return { flight: last.current, present: false, stored: null };
  return isStored ? { flight: stored, present: false, stored } : stored;
}
