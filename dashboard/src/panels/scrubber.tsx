/** The scrubber: the histogram of a stretch of time, to be dragged on, clicked, or moved by keys. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { count } from '../text/format';
import { clockTime, day, readable } from '../text/moments';
import { along, flightsAt, marks, momentAt, nudge, outline, type Stretch, type Traffic, type Window } from './histogram';

const KEYS_REST_MS = 450; // the server is asked when the keys have come to rest
const MARK_PX = 74;

interface Asked {
  readonly stretch: Stretch;
  readonly window: Window;
  readonly traffic: Traffic | null;
  /** The moment shown, null for the present. */
  readonly at: number | null;
  readonly present: number;
  /** Called at release, never while dragging. */
  readonly go: (moment: number | null) => void;
}

export function Scrubber({ stretch, window, traffic, at, present, go }: Asked) {
  const held = useSignal<number | null>(null); // the moment under the finger, or the keys
  const hovered = useSignal<number | null>(null);
  const dragging = useRef<Stretch | null>(null); // the bar stands still under the finger
  const timer = useRef(0);
  const width = useSignal(600);
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => (width.value = entry?.contentRect.width ?? width.peek()));
    if (bar.current) watcher.observe(bar.current);
    return () => {
      watcher.disconnect();
      clearTimeout(timer.current);
    };
  }, []);

  const shown = dragging.current ?? stretch;
  const where = held.value ?? at ?? present;
  const tip = held.value ?? hovered.value;
  const path = traffic === null ? '' : outline(traffic, shown);
  const share = along(shown, where);

  function under(event: PointerEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return momentAt(shown, (event.clientX - box.left) / box.width);
  }
  function release(moment: number | null): void {
    dragging.current = null;
    held.value = null;
    if (moment !== null) go(moment >= present - 1000 ? null : moment);
  }
  function keyed(event: KeyboardEvent): void {
    const step = nudge(window, stretch);
    const steps: Record<string, number> = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageDown: -10 * step, PageUp: 10 * step,
      Home: -Infinity, End: Infinity,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the map has arrows of its own
    const least = Math.max(traffic?.earliest ?? stretch.from, event.key === 'Home' ? stretch.from : -Infinity);
    held.value = Math.round(Math.min(present, Math.max(least, where + by)));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => release(held.peek()), KEYS_REST_MS) as unknown as number;
  }

  const flights = tip === null ? null : flightsAt(traffic, tip);
  const offset = -new Date(present).getTimezoneOffset() * 60_000;
  return (
    <div
      ref={bar}
      class="scrubber"
      role="slider"
      tabIndex={0}
      aria-label="Moment"
      aria-valuemin={Math.floor(shown.from / 1000)}
      aria-valuemax={Math.ceil(shown.to / 1000)}
      aria-valuenow={Math.round(where / 1000)}
      aria-valuetext={held.value === null && at === null ? 'Live' : readable(where)}
      onKeyDown={keyed}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = stretch;
        held.value = under(event);
      }}
      onPointerMove={(event) => {
        if (dragging.current) held.value = under(event);
        else hovered.value = under(event);
      }}
      onPointerUp={() => dragging.current && release(held.peek())}
      onPointerCancel={() => release(null)}
      onPointerLeave={() => (hovered.value = null)}
    >
      <svg class="bars" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"><path d={path} /></svg>
      <svg
        class="bars passed" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"
        style={{ clipPath: `inset(0 ${100 - 100 * share}% 0 0)` }}
      >
        <path d={path} />
      </svg>
      <div class="marks" aria-hidden="true">
        {marks(shown, Math.max(2, Math.floor(width.value / MARK_PX)), offset)
          .filter((mark) => along(shown, mark.at) > 0.03 && along(shown, mark.at) < 0.97)
          .map((mark) => (
            <span key={mark.at} style={{ left: `${100 * along(shown, mark.at)}%` }}>
              {mark.days ? day(mark.at).slice(4) : clockTime(mark.at).slice(0, 5)}
            </span>
          ))}
      </div>
      <i class="head" style={{ left: `${100 * share}%` }} />
      {tip !== null && (
        <span class="tip" style={{ left: `${Math.min(88, Math.max(12, 100 * along(shown, tip)))}%` }}>
          <b>{tip >= present - 1000 ? 'Live' : `${day(tip)} ${clockTime(tip)}`}</b>
          {flights !== null && ` · ${count(flights)} ${flights === 1 ? 'flight' : 'flights'}`}
        </span>
      )}
    </div>
  );
}
