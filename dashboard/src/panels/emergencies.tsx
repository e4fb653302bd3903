/** Emergencies: pinned at the top, announced once, and, if one wants, heard. */
import { computed, signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { readAlarms, type Alarm } from '../sky/alarms';
import { emergency } from '../text/format';
import { beep } from './beep';
import { addressOf } from './happenings';
import { Icon } from './time_icons';
import './emergencies.css';

const LISTED_MS = 60_000;
const MOST = 4; // rows; the others are behind a button
const PATH = 'api/v1/flights?emergency=general,medical,minimum_fuel,no_radio,unlawful,downed';

/** How high the notice is, 0 while there is none: other panels begin below it. */
export const noticePx = signal(0);

export function Emergencies({ app }: { app: App }) {
  const alarms = app.alarms.list.value;
  const spoken = useSignal('');
  const { sound } = app.state;
  const all = useSignal(false);
  const announced = useRef(new Set<string>());

  const notice = useRef<HTMLElement>(null);

  useEffect(() => followList(app), []);
  useLayoutEffect(() => (notice.current ? followHeight(notice.current) : undefined), [alarms.length > 0]);
  useSignalEffect(() => {
    const fresh = app.alarms.list.value.filter(({ id, emergency }) => !announced.current.has(`${id} ${emergency}`));
    if (fresh.length === 0) return;
    for (const { id, emergency } of fresh) announced.current.add(`${id} ${emergency}`);
    spoken.value = fresh.map((alarm) => `Emergency: ${nameOf(alarm)}, ${emergency(alarm.emergency)}.`).join(' ');
    if (sound.peek()) beep();
  });

  async function show(alarm: Alarm): Promise<void> {
    app.state.choose(alarm.id);
    const slot = app.sky.slotOf(alarm.id);
    const place = (slot === undefined ? null : app.sky.placeAt(slot, app.now())) ?? alarm.place ?? (await placeOf(app, alarm.id));
    if (place) app.view.goTo(place);
  }

  const shown = all.value ? alarms : alarms.slice(0, MOST);
  return (
    <>
      <p class="spoken-alarm" role="alert" aria-live="assertive">{spoken.value}</p>
      {alarms.length > 0 && (
        <section ref={notice} id="emergencies" class="glass" aria-label="Emergencies">
          <ul>
            {shown.map((alarm) => (
              <li key={alarm.id}>
                <button onClick={() => void show(alarm)} aria-pressed={app.state.selected.value.includes(alarm.id)}>
                  <Icon name="alarm" />
                  <b>{nameOf(alarm)}</b>
                  <span>{emergency(alarm.emergency)}</span>
                  {alarm.squawk !== null && <code>{alarm.squawk}</code>}
                </button>
              </li>
            ))}
          </ul>
          <div class="beside">
            {alarms.length > MOST && (
              <button aria-expanded={all.value} onClick={() => (all.value = !all.value)}>{all.value ? 'Fewer' : `+${alarms.length - MOST}`}</button>
            )}
            <button
              aria-pressed={sound.value} aria-label="Sound at a new emergency" title={sound.value ? 'Sound is on' : 'Sound is off'}
              onClick={() => {
                sound.value = !sound.value;
                if (sound.value) beep();
              }}
            >
              <Icon name={sound.value ? 'sound' : 'mute'} />
            </button>
          </div>
        </section>
      )}
    </>
  );
}

function nameOf({ id, callsign }: Alarm): string {
  return callsign?.trim() || addressOf(id);
}

function followHeight(notice: HTMLElement): () => void {
  function tell(px: number): void {
    noticePx.value = px;
    document.documentElement.style.setProperty('--alarms', px > 0 ? `${px + 8}px` : '0px'); // with the gap below it
  }
  const observer = new ResizeObserver(() => tell(notice.offsetHeight));
  observer.observe(notice);
  tell(notice.offsetHeight);
  return () => {
    observer.disconnect();
    tell(0);
  };
}

/** The server's list, each minute while the present is shown: of those outside the view nothing else tells the whole truth. */
function followList(app: App): () => void {
  let timer = 0;
  let asked = 0;
  const live = computed(() => app.state.link.value.live && app.state.link.value.state === 'live');
  async function ask(): Promise<void> {
    clearTimeout(timer);
    const mine = ++asked;
    const answer = await app.server.json(PATH).catch(() => null); // away: the status says so
    if (mine !== asked || !live.peek()) return;
    if (answer !== null) app.alarms.listed(readAlarms(answer));
    timer = setTimeout(() => void ask(), LISTED_MS) as unknown as number;
  }
  const stop = live.subscribe((is) => {
    clearTimeout(timer);
    asked++;
    if (is) void ask();
  });
  return () => {
    stop();
    asked++;
    clearTimeout(timer);
  };
}

async function placeOf(app: App, id: string): Promise<{ lat: number; lon: number } | null> {
  const told = (await app.server.json(`api/v1/flights/${encodeURIComponent(id)}`).catch(() => null)) as { lat?: unknown; lon?: unknown } | null;
  return typeof told?.lat === 'number' && typeof told.lon === 'number' ? { lat: told.lat, lon: told.lon } : null;
}
