/** What happened: the stream's events and those of the hour before, the latest first. */
import { computed, useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { App } from '../app';
import { flip } from '../state/state';
import { eventOf, type FlightEvent } from '../stream/messages';
import { clockTime, readable } from '../text/moments';
import { nameBook } from './event_names';
import { KINDS, addressOf, groupOf, merged, words } from './happenings';
import { Icon } from './time_icons';
import './events_feed.css';

const HOUR_MS = 3_600_000;
const MOST = 300;
const REDRAWN_MS = 2000;
const BEFORE_MS = 20_000; // a replay begins a little before what happened

export function EventsFeed({ app }: { app: App }) {
  const { state } = app;
  // Not at each pulse: hundreds of rows need not be drawn four times a second.
  useComputed(() => {
    state.pulse.value;
    return Math.floor(app.now() / REDRAWN_MS);
  }).value;
  const stored = useSignal<readonly FlightEvent[]>([]);
  const names = useSignal<ReadonlyMap<string, string>>(new Map());
  const trouble = useSignal('');
  const hidden = useSignal<ReadonlySet<string>>(new Set(['Appearing']));
  useEffect(() => followEvents(app, stored, trouble), []);

  const now = app.now();
  const shown = merged([app.events.value, stored.value], now - HOUR_MS, now + 5000, MOST, hidden.value);
  const live = state.link.value.live;
  const ask = useMemo(() => nameBook(app.server, names), [app]);
  useEffect(() => void ask(shown, (flight) => app.sky.slotOf(flight) !== undefined));

  function name({ flight, more }: FlightEvent): string {
    const slot = app.sky.slotOf(flight);
    const told = slot === undefined ? null : app.sky.facts[slot]?.callsign;
    return told?.trim() || names.value.get(flight) || (typeof more['callsign'] === 'string' && more['callsign']) || addressOf(flight);
  }
  function show(event: FlightEvent): void {
    const slot = app.sky.slotOf(event.flight);
    const place = slot === undefined ? placeIn(event) : app.sky.placeAt(slot, app.now());
    if (slot === undefined && now - event.time > BEFORE_MS) replay(event); // it is over: go to when it was
    state.choose(event.flight);
    if (place) app.view.goTo(place);
  }
  function replay(event: FlightEvent): void {
    state.playing.value = { at: event.time - BEFORE_MS, speed: state.playing.peek().at === null ? 1 : state.playing.peek().speed || 1 };
    state.choose(event.flight);
    const place = placeIn(event);
    if (place) app.view.goTo(place);
  }

  return (
    <section id="events" class="glass" aria-label="Events">
      <header>
        <h2>Events</h2>
        <span class="span">{live ? 'of the last hour' : 'of the hour before'}</span>
        <button class="close" aria-label="Close the events" onClick={() => flip(state.open, 'events', false)}><Icon name="close" /></button>
      </header>
      <div class="kinds" role="group" aria-label="Kinds of events">
        {KINDS.map((group) => (
          <button key={group.name} aria-pressed={!hidden.value.has(group.name)} onClick={() => flip(hidden as Signal<ReadonlySet<string>>, group.name)}>
            <Icon name={group.icon} />
            <span>{group.name}</span>
          </button>
        ))}
      </div>
      {trouble.value !== '' && <p class="trouble">{trouble.value}</p>}
      {shown.length === 0 && <p class="nothing">Nothing happened yet that is shown here.</p>}
      <ol aria-live="off">
        {shown.map((event) => {
          const group = groupOf(event.kind);
          return (
            <li key={event.id} data-kind={group.icon}>
              <button class="event" onClick={() => show(event)} title={readable(event.time)}>
                <Icon name={group.icon} />
                <time>{clockTime(event.time)}</time>
                <span class="said"><b>{name(event)}</b> {words(event)}</span>
              </button>
              <button class="replay" aria-label={`Replay ${name(event)} at ${clockTime(event.time)}`} title="Replay" onClick={() => replay(event)}>
                <Icon name="back" />
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function placeIn({ more }: FlightEvent): { lat: number; lon: number } | null {
  const { lat, lon } = more;
  return typeof lat === 'number' && typeof lon === 'number' ? { lat, lon } : null;
}

/** The stored events of the hour before, anew whenever another time line begins. */
function followEvents(app: App, stored: Signal<readonly FlightEvent[]>, trouble: Signal<string>): () => void {
  let asked = 0;
  const line = computed(() => {
    const { state, live, seeking } = app.state.link.value;
    return state !== 'live' || seeking ? '' : live ? 'live' : `${app.state.playing.value.at}`;
  });
  const stop = line.subscribe((which) => {
    if (which === '') return;
    const mine = ++asked;
    const now = app.now();
    const path = `api/v1/events?from=${iso(now - HOUR_MS)}&to=${iso(now)}&limit=1000`;
    app.server.json(path).then(
      (raw) => {
        if (mine !== asked) return;
        stored.value = (raw as { events: unknown[] }).events.map(eventOf);
        trouble.value = '';
      },
      (error: unknown) => {
        if (mine === asked) trouble.value = error instanceof Error ? `Earlier events cannot be shown. ${error.message}` : '';
      },
    );
  });
  return () => {
    asked++;
    stop();
  };
}

function iso(at: number): string {
  return new Date(Math.max(0, at)).toISOString();
}
