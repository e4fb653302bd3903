/** What remains where there are no panels: a link in a frame of another page; the clock and the counts on a wall. */
import './bare.css';
import { useEffect } from 'preact/hooks';
import type { App } from '../app';
import { count } from '../text/format';
import { clockTime, day, utcTime } from '../text/moments';
import { standing } from './standing';

const STILL_MS = 5000;

/** Marks the page for the style sheet, so that the map's own controls go as well. */
export function useBareness({ state }: App): void {
  const how = state.kiosk.value ? 'kiosk' : state.embed.value ? 'embed' : null;
  useEffect(() => {
    const page = document.documentElement.dataset;
    if (how === null) return;
    page['bare'] = how;
    return () => {
      delete page['bare'];
    };
  }, [how]);
}

export function EmbedLink({ app }: { app: App }) {
  return (
    <a
      id="embed-link" class="glass" href={app.server.address('.')} target="_blank" rel="noopener" title="Open this map in AeroTrack"
      onClick={(event) => { event.currentTarget.href = app.address(); }}
    >
      <i class="logo" aria-hidden="true" />AeroTrack
    </a>
  );
}

export function Kiosk({ app }: { app: App }) {
  const { state } = app;
  void state.pulse.value;
  useHiddenPointer();
  const now = app.now();
  const applied = app.appliedAt.peek();
  const { mood, words } = standing(state.link.value, applied === null ? null : app.wall() - applied, app.wall());
  const alarms = app.alarms.list.value.length;
  return (
    <section id="kiosk" class="glass" aria-label="Clock and counts" data-mood={mood} data-past={!state.link.value.live}>
      <time dateTime={now > 0 ? new Date(now).toISOString() : undefined}>
        <b>{now > 0 ? clockTime(now).slice(0, 5) : '--:--'}<small>{now > 0 ? clockTime(now).slice(5) : ''}</small></b>
        <span>{now > 0 ? `${day(now)} · ${utcTime(now).slice(0, 5)} UTC` : 'no time yet'}</span>
      </time>
      <p class="counts"><b>{count(app.sieve.count)}</b> {app.sieve.count === 1 ? 'flight' : 'flights'}</p>
      {alarms > 0 && <p class="alarms">{alarms === 1 ? '1 emergency' : `${alarms} emergencies`}</p>}
      <p class="link"><i class="dot" aria-hidden="true" />{words}</p>
    </section>
  );
}

/** The pointer goes when it has been still, and comes back when it moves. */
function useHiddenPointer(): void {
  useEffect(() => {
    const page = document.documentElement;
    let timer = 0;
    function moved(): void {
      clearTimeout(timer);
      page.classList.remove('still');
      timer = window.setTimeout(() => page.classList.add('still'), STILL_MS);
    }
    moved();
    addEventListener('pointermove', moved);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointermove', moved);
      page.classList.remove('still');
    };
  }, []);
}
