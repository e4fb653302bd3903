/** The time bar: the present or any stored moment, the traffic of the past, and how fast it plays. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { flip } from '../state/state';
import { ago, clockTime, day, utcTime } from '../text/moments';
import { WINDOWS, stretchOf, type Traffic, type Window } from './histogram';
import { Scrubber } from './scrubber';
import { Icon } from './time_icons';
import { followTraffic } from './traffic';
import { Transport } from './transport';
import './timebar.css';

const SHY_MS = 10_000; // as close to the present as a replay begins: it goes over to it within 5 s

export function Timebar({ app }: { app: App }) {
  const { state } = app;
  const window = useSignal<Window>(WINDOWS[0]);
  const traffic = useSignal<Traffic | null>(null);
  const trouble = useSignal('');
  const dismissed = useSignal('');
  const present = usePresent(app, traffic.value);
  const { live, seeking, state: link, reason } = state.link.value;
  const playing = state.playing.value;
  const now = app.now();
  // Until the picture of a moment is here, the bar shows the moment, not what is still on the map.
  const at = seeking ? playing.at : live ? null : Math.min(now, present);
  const shown = stretchOf(window.value, at, present, traffic.value?.earliest ?? null);
  const open = at !== null || state.open.value.has('time');

  useEffect(() => followTraffic(app, window, traffic, trouble, () => stretchOf(window.peek(), replayed(app), presentOf(app), null)), []);

  function go(moment: number | null): void {
    const speed = state.playing.peek().at === null ? 1 : state.playing.peek().speed;
    const earliest = traffic.peek()?.earliest ?? -Infinity;
    dismissed.value = '';
    if (moment === null || moment > presentOf(app) - SHY_MS / 2) state.playing.value = { at: null, speed: 1 };
    else state.playing.value = { at: Math.max(earliest, Math.min(moment, presentOf(app) - SHY_MS)), speed };
  }
  const told = trouble.value || (link === 'live' && !seeking ? reason : '');
  const complaint = told === dismissed.value ? '' : told;

  return (
    <section id="timebar" class={`glass${at === null ? '' : ' past'}`} aria-label="Time" data-open={open} data-link={link}>
      <div class="row">
        <button
          class="live"
          onClick={() => (at === null ? flip(state.open, 'time') : go(null))}
          aria-label={at !== null ? 'Back to live' : `${link === 'live' ? 'Live' : 'Offline'}. ${open ? 'Hide' : 'Show'} the controls of time`}
          aria-expanded={at === null ? open : undefined}
        >
          <i class="dot" />
          {at !== null ? 'Back to live' : link === 'live' ? 'LIVE' : 'Offline'}
        </button>
        <Scrubber stretch={shown} window={window.value} traffic={traffic.value} at={at} present={present} go={go} />
        <time class="moment" dateTime={now > 0 ? new Date(at ?? now).toISOString() : undefined}>
          <b>{now > 0 ? clockTime(at ?? now) : '--:--:--'}</b>
          <span>{now > 0 ? `${utcTime(at ?? now)} UTC` : 'no time yet'}</span>
        </time>
      </div>
      {open && <Transport app={app} at={at} present={present} window={window} earliest={traffic.value?.earliest ?? null} go={go} />}
      {at !== null && (
        <p class="where" aria-live="off">
          <Icon name="clock" />
          {seeking ? `Fetching ${day(at)}, ${clockTime(at)} …` : `The past: ${day(at)}, ${ago(present - at)}`}
        </p>
      )}
      <div role="alert">
        {complaint !== '' && (
          <p class="complaint">
            <span>{complaint}</span>
            <button aria-label="Dismiss" onClick={() => (dismissed.value = complaint)}><Icon name="close" /></button>
          </p>
        )}
      </div>
    </section>
  );
}

/** The moment that is played or was asked for; null in the present. */
function replayed({ state, now }: App): number | null {
  const { live, seeking } = state.link.peek();
  return seeking ? state.playing.peek().at : live ? null : now();
}

const anchors = new WeakMap<App, { stream: number; wall: number }>();

/** The stream's present, also while the past is played: as it was heard last, and what has passed since. */
function presentOf(app: App): number {
  const anchor = anchors.get(app);
  return anchor ? anchor.stream + app.wall() - anchor.wall : app.now();
}

function usePresent(app: App, traffic: Traffic | null): number {
  app.state.pulse.value; // redrawn a few times a second
  const link = app.state.link.value;
  const told = useRef<Traffic | null>(null);
  if (link.live && app.now() > 0) {
    anchors.set(app, { stream: app.now(), wall: app.wall() });
  } else if (traffic && traffic !== told.current && traffic.to > presentOf(app)) {
    anchors.set(app, { stream: traffic.to, wall: app.wall() }); // a page that was opened in the past
  }
  told.current = traffic;
  return presentOf(app);
}
