/** The small truth at the top: is the stream alive, how many flights there are, how late what is drawn is. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { age, count } from '../text/format';
import { FeedList } from './feeds';
import { agreement, grade, seconds, standing } from './standing';
import './status.css';

const STATS_MS = 10_000;

export function Status({ app }: { app: App }) {
  const { state } = app;
  state.pulse.value; // counts and ages are read anew
  const open = useSignal(false);
  const self = useRef<HTMLDivElement>(null);
  const wall = app.wall();
  const applied = app.appliedAt.peek();
  const { mood, words } = standing(state.link.value, applied === null ? null : wall - applied, wall);
  const latency = app.latency.value;
  const held = app.sky.size;
  const shown = app.sieve.count;
  const spoken = useComputed(() => {
    const { state: how, live } = state.link.value; // not the seconds that are counted down
    return how === 'live' ? (live ? 'Live' : 'Playing the past') : how;
  });

  useEffect(() => {
    function outside(event: Event): void {
      if (!self.current?.contains(event.target as Node)) open.value = false;
    }
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, []);

  return (
    <div
      id="status" ref={self} data-mood={mood}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return;
        event.stopPropagation();
        open.value = false;
        self.current?.querySelector('button')?.focus();
      }}
    >
      <h1><i class="logo" aria-hidden="true" /><span>AeroTrack</span></h1>
      <button class="truth" aria-expanded={open.value} aria-controls="truth" onClick={() => (open.value = !open.value)} title="How true the picture is">
        <i class="dot" aria-hidden="true" />
        <span class="link">{words}</span>
        <span class="flights">
          <b>{count(shown)}</b>{app.sieve.active ? ` of ${count(held)}` : <span class="unit"> {held === 1 ? 'flight' : 'flights'}</span>}
        </span>
        {latency !== null && mood === 'good' && (
          <span class="late" data-grade={grade(latency.median)} title="From feed to screen">
            <i class="meter" aria-hidden="true"><i style={{ height: `${meter(latency.median)}%` }} /></i>
            {seconds(latency.median)}
          </span>
        )}
      </button>
      <span class="spoken" role="status">{spoken.value}</span>
      {open.value && <Truth app={app} />}
    </div>
  );
}

/** Half a second is low, twenty fill the meter: each doubling is the same step. */
function meter(ms: number): number {
  return Math.round(100 * Math.min(1, Math.max(0.12, Math.log2(Math.max(1, ms / 500)) / Math.log2(40))));
}

/** What stands behind the dot. */
function Truth({ app }: { app: App }) {
  app.state.pulse.value;
  const stats = useSignal<Stats | null>(null);
  const trouble = useSignal('');
  useEffect(() => {
    let over = false;
    async function ask(): Promise<void> {
      try {
        const [figures] = await Promise.all([app.server.json('api/v1/stats'), app.feeds.ask()]);
        if (!over) stats.value = readStats(figures);
        if (!over) trouble.value = '';
      } catch (error) {
        if (!over) trouble.value = error instanceof Error && error.name === 'Refused' ? error.message : 'The server does not answer.';
      }
    }
    void ask();
    const timer = setInterval(() => void ask(), STATS_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, []);

  const link = app.state.link.value;
  const latency = app.latency.value;
  const applied = app.appliedAt.peek();
  const figures = stats.value;
  return (
    <div id="truth" class="glass" role="group" aria-label="How true the picture is">
      <h2>This page</h2>
      <dl>
        <Line name="Feed to screen" value={latency === null ? (link.live ? '–' : 'not in the past') : seconds(latency.median)} />
        <Line name="Worst of the last minute" value={latency === null ? '–' : seconds(latency.worst)} />
        <Line name="Last change" value={applied === null ? '–' : `${age(app.wall() - applied)} ago`} />
        <Line name="Compared with the server" value={agreement(link)} />
        <Line name="Connection lost" value={link.losses === 0 ? 'never' : link.losses === 1 ? 'once' : `${link.losses} times`} />
      </dl>
      {link.reason !== '' && <p class="reason">{link.reason}</p>}
      <h2>The server</h2>
      {!figures && trouble.value === '' && <p class="reason">Asking …</p>}
      {figures && (
        <dl>
          <Line name="Flights" value={count(figures.flights)} />
          <Line name="Heard" value={`${count(Math.round(app.feeds.list.value.reduce((sum, { rate }) => sum + rate, 0)))} a second`} />
          <Line name="Viewers" value={count(figures.clients)} />
          <Line name="Database" value={figures.database} />
        </dl>
      )}
      {trouble.value !== '' && <p class="reason">{trouble.value}</p>}
      {figures && <><h2>Feeds</h2><FeedList app={app} /></>}
    </div>
  );
}

export function Line({ name, value }: { name: string; value: string }) {
  return <div><dt>{name}</dt><dd>{value}</dd></div>;
}

interface Stats {
  readonly flights: number;
  readonly clients: number;
  readonly database: string;
}

function readStats(figures: unknown): Stats {
  const { flights, clients, database } = figures as {
    flights: number; clients: number; database: { connected: boolean; lag_seconds: number | null; error: string | null } | null;
  };
  const lag = database?.lag_seconds;
  const connected = database?.connected ? (lag == null ? 'connected' : `${lag.toFixed(1)} s behind`) : (database?.error ?? 'away');
  return { flights, clients, database: connected };
}
