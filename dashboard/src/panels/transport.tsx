/** Play, pause, the pace, ten minutes there and back, an exact moment, and the stretch that is shown. */
import { useSignal, type Signal } from '@preact/signals';
import type { App } from '../app';
import { fromEntry, toEntry } from '../text/moments';
import { WINDOWS, type Window } from './histogram';
import { Icon } from './time_icons';

const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 100, 500];
const JUMP_MS = 600_000;

interface Asked {
  readonly app: App;
  /** The moment that is played, null for the present. */
  readonly at: number | null;
  readonly present: number;
  readonly earliest: number | null;
  readonly window: Signal<Window>;
  readonly go: (moment: number | null) => void;
}

export function Transport({ app, at, present, earliest, window, go }: Asked) {
  const { state } = app;
  const entry = useSignal<string | null>(null);
  const resumed = useSignal(1); // the pace before it was paused
  const { speed } = state.playing.value;
  const running = at === null || speed > 0;
  const pace = running ? speed : resumed.value;

  function play(at: number | null, speed: number): void {
    state.playing.value = { at, speed };
  }
  function toggle(): void {
    if (at === null) {
      resumed.value = 1;
      play(present - 10_000, 0); // a little back: what goes over to the present by itself cannot pause
    } else if (running) {
      resumed.value = speed;
      play(state.playing.peek().at, 0);
    } else {
      play(state.playing.peek().at, resumed.value);
    }
  }
  function choose(pace: number): void {
    if (at === null) play(Math.max(earliest ?? -Infinity, present - JUMP_MS), pace);
    else if (running) play(state.playing.peek().at, pace);
    else resumed.value = pace;
  }
  function enter(event: Event): void {
    event.preventDefault();
    const moment = fromEntry(entry.value ?? '');
    if (moment !== null) go(moment);
    entry.value = null;
  }

  return (
    <div class="transport">
      <div class="group">
        <button onClick={() => go((at ?? present) - JUMP_MS)} aria-label="10 minutes back" title="10 minutes back">
          <Icon name="back" />
        </button>
        <button class="play" onClick={toggle} aria-label={running ? 'Pause' : 'Play'} title={running ? 'Pause' : 'Play'}>
          <Icon name={running ? 'pause' : 'play'} />
        </button>
        <button onClick={() => go((at ?? present) + JUMP_MS)} disabled={at === null} aria-label="10 minutes ahead" title="10 minutes ahead">
          <Icon name="ahead" />
        </button>
        <select aria-label="Speed" value={String(at === null ? 1 : pace)} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {SPEEDS.map((speed) => <option key={speed} value={String(speed)}>{speed}×</option>)}
        </select>
      </div>
      <form class="group" onSubmit={enter}>
        <input
          type="datetime-local" step="1" aria-label="Go to a moment, local time" title="Local time"
          value={entry.value ?? toEntry(at ?? present)}
          min={earliest === null ? undefined : toEntry(earliest)}
          onInput={(event) => (entry.value = event.currentTarget.value)}
          onFocus={() => (entry.value ??= toEntry(at ?? present))}
          onBlur={(event) => {
            if (event.relatedTarget instanceof HTMLButtonElement) return;
            entry.value = null;
          }}
          onKeyDown={(event) => event.stopPropagation()}
        />
        <button type="submit" class="go" disabled={entry.value === null}>Go</button>
      </form>
      <select
        class="window" aria-label="Stretch of time shown" value={window.value.name}
        onChange={({ currentTarget }) => (window.value = WINDOWS.find(({ name }) => name === currentTarget.value) ?? window.peek())}
      >
        {WINDOWS.map(({ name }) => <option key={name} value={name}>{name}</option>)}
      </select>
      <div class="group windows" role="group" aria-label="Stretch of time shown">
        {WINDOWS.map((each) => (
          <button key={each.name} aria-pressed={each === window.value} onClick={() => (window.value = each)}>{each.name}</button>
        ))}
      </div>
    </div>
  );
}
