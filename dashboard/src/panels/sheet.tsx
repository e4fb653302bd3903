/**
 * On a phone the panels are one sheet at the bottom, one of them in front, at one of three heights. This is its handle;
 * sheet.css makes the sheet of the panels themselves, by what is written at the root of the page here.
 */
import './sheet.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { flip } from '../state/state';
import { noticePx } from './emergencies';
import { beside, heightsOn, letGo, ordered, type Stop } from './sheet_stops';

const PHONE = '(max-width: 700px)';
const GAP_PX = 6; // to the header, and to the time bar
const WORDS: Readonly<Record<Stop, string>> = { peek: 'low', half: 'half way up', full: 'all the way up' };

type Panel = 'details' | 'table' | 'events' | 'layers';

export function Sheet({ app: { state } }: { app: App }) {
  const phone = useMedia(PHONE);
  const edges = useEdges();
  const order = useSignal<readonly Panel[]>([]);
  const stop = useSignal<Stop>('peek');
  const drag = useRef<{ id: number; y: number; height: number; at: number; speed: number } | null>(null);

  useSignalEffect(() => {
    const open = state.open.value;
    const panels: Panel[] = state.selected.value.length > 0 ? ['details'] : [];
    for (const panel of ['table', 'events', 'layers'] as const) if (open.has(panel)) panels.push(panel);
    const before = order.peek();
    const next = ordered(before, panels);
    if (next[0] !== before[0]) stop.value = next[0] === 'details' ? 'peek' : 'half'; // who taps a flight looks at the map
    order.value = next;
  });
  useSignalEffect(() => {
    if (state.selected.value.length > 0 && order.peek()[0] !== 'details') {
      order.value = ['details', ...order.peek().filter((panel) => panel !== 'details')];
      stop.value = 'peek';
    }
  });

  const front = phone.value ? order.value[0] : undefined;
  useLayoutEffect(() => {
    const root = document.documentElement;
    if (front === undefined) {
      delete root.dataset['sheet'];
      root.style.removeProperty('--sheet');
      return;
    }
    root.dataset['sheet'] = front;
    root.style.setProperty('--sheet', `${heights()[stop.value]}px`);
  }, [front, stop.value, edges.value, noticePx.value]);

  function heights() {
    const { head, bar } = edges.peek();
    const alarms = noticePx.value > 0 ? noticePx.value + GAP_PX : 0; // an emergency is never covered
    return heightsOn(innerHeight - head - alarms - bar - 2 * GAP_PX);
  }
  function close(): void {
    if (front === 'details') state.choose(null);
    else if (front !== undefined) flip(state.open, front, false);
  }
  function down(event: PointerEvent): void {
    if (front === undefined || event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    drag.current = { id: event.pointerId, y: event.clientY, height: heights()[stop.peek()], at: event.timeStamp, speed: 0 };
  }
  function move(event: PointerEvent): void {
    const dragged = drag.current;
    if (!dragged || dragged.id !== event.pointerId) return;
    const rise = dragged.y - event.clientY;
    const elapsed = Math.max(1, event.timeStamp - dragged.at);
    drag.current = { ...dragged, y: event.clientY, at: event.timeStamp, height: dragged.height + rise, speed: rise / elapsed };
    document.documentElement.dataset['dragging'] = '';
    document.documentElement.style.setProperty('--sheet', `${Math.max(40, Math.min(heights().full, dragged.height + rise))}px`);
  }
  function up(event: PointerEvent): void {
    const dragged = drag.current;
    drag.current = null;
    if (!dragged || !('dragging' in document.documentElement.dataset)) return; // a tap: the click has its say
    delete document.documentElement.dataset['dragging'];
    const speed = event.timeStamp - dragged.at > 80 ? 0 : dragged.speed; // it was held still
    const next = letGo(dragged.height, speed, heights());
    document.documentElement.style.setProperty('--sheet', `${heights()[next ?? stop.peek()]}px`);
    (event.currentTarget as HTMLElement).addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true });
    if (next === null) close();
    else stop.value = next;
  }

  if (front === undefined) return null;
  return (
    <button
      id="sheet-handle" type="button" aria-label={`Panel: ${WORDS[stop.value]}. ${stop.value === 'full' ? 'Make it low' : 'Make it higher'}`}
      onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}
      onClick={() => (stop.value = stop.value === 'full' ? 'peek' : beside(stop.value, true))}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        event.stopPropagation();
        stop.value = beside(stop.value, event.key === 'ArrowUp');
      }}
    >
      <i aria-hidden="true" />
    </button>
  );
}

function useMedia(query: string) {
  const media = useRef(matchMedia(query));
  const matches = useSignal(media.current.matches);
  useEffect(() => {
    const changed = (): void => void (matches.value = media.current.matches);
    media.current.addEventListener('change', changed);
    return () => media.current.removeEventListener('change', changed);
  }, []);
  return matches;
}

/** Where the header ends and the time bar begins: the sheet lies between them, as does what the map writes. */
function useEdges() {
  const edges = useSignal<{ head: number; bar: number }>({ head: 0, bar: 0 });
  useEffect(() => {
    const [top, timebar] = [document.getElementById('top'), document.getElementById('timebar')];
    const measure = (): void => {
      const head = Math.round(top?.getBoundingClientRect().bottom ?? 0);
      const box = timebar?.getBoundingClientRect();
      const bar = box && box.height > 0 ? Math.round(innerHeight - box.top) : 0;
      const { style } = document.documentElement;
      style.setProperty('--head', `${head}px`);
      style.setProperty('--bar', `${bar}px`);
      if (head !== edges.peek().head || bar !== edges.peek().bar) edges.value = { head, bar };
    };
    const observer = new ResizeObserver(measure);
    for (const element of [top, timebar]) if (element) observer.observe(element);
    addEventListener('resize', measure);
    measure();
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return edges;
}
