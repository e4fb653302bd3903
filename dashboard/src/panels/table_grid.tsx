/** The grid of the table: one tab stop, some forty rows whose nodes are used over and over, the keyboard at one cell. */
import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { holds } from '../map/clear_part';
import { columnsOf, headOf, pressed, sortedBy, type Column } from './columns';
import type { LiveListing } from './live_listing';
import { moved, poolOf, scrolledTo, windowOf, type Spot } from './table_moves';
import { TableRow, cellId } from './table_row';

const HEAD_PX = 30;
const USUAL_ROW_PX = 30;

/** The cell the keyboard is at; it stays with its flight when the list is sorted anew. */
interface At extends Spot {
  readonly id: string | null;
}

export function TableGrid({ app, live }: { app: App; live: LiveListing }) {
  const { sky, state } = app;
  const { listing, listed } = live;
  void listed.value;
  const grid = useRef<HTMLDivElement>(null);
  const at = useSignal<At | null>(null);
  const byKey = useRef(false); // the keyboard moved last: its row is kept in sight
  const { top, height, rowHeight } = useScroll(grid, live);
  const seen = useComputed(() => {
    void listed.value;
    const { first, end } = windowOf(top.value, height.value, rowHeight.value, listing.count);
    return `${first} ${end}`; // so that a scroll within a row draws nothing
  });
  const [first, end] = seen.value.split(' ').map(Number) as [number, number];
  const columns = columnsOf(state.columns.value);
  const reading = live.reading;
  const template = columns.map(({ width }) => `minmax(calc(${width}px * var(--tight, 1)), ${width}fr)`).join(' ');
  const least = columns.reduce((sum, { width }) => sum + width, 0);
  const here = at.value;
  const slotAt = (row: number): number | undefined => (row >= 0 && row < listing.count ? listing.slots[row] : undefined);
  const idAt = (row: number): string | null => sky.facts[slotAt(row) ?? 0]?.id ?? null;

  useLayoutEffect(() => {
    const before = at.peek();
    if (before === null || before.row < 0) return;
    const slot = before.id === null ? undefined : sky.slotOf(before.id);
    const found = slot === undefined ? -1 : listing.placeOf(slot);
    const row = found >= 0 ? found : Math.min(before.row, listing.count - 1);
    if (row === before.row && found >= 0) return;
    at.value = { row, column: before.column, id: idAt(row) };
    const scroller = grid.current!;
    const seenBefore = scrolledTo(before.row, scroller.scrollTop, height.peek(), rowHeight.peek()) === scroller.scrollTop;
    if (byKey.current && seenBefore && row >= 0 && document.activeElement === scroller) {
      scroller.scrollTop += (row - before.row) * rowHeight.peek();
    }
  }, [listed.value]);

  function go(spot: Spot): void {
    at.value = { ...spot, id: idAt(spot.row) };
    const scroller = grid.current;
    if (!scroller) return;
    if (spot.row >= 0) scroller.scrollTop = scrolledTo(spot.row, scroller.scrollTop, height.peek(), rowHeight.peek());
    const left = columns.slice(0, spot.column).reduce((sum, { width }) => sum + width, 0);
    const width = columns[spot.column]!.width;
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    else if (left + width > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = left + width - scroller.clientWidth + 40;
  }

  function act(row: number, column: number, { toggle, fly }: { toggle: boolean; fly: boolean }): void {
    if (row < 0) {
      state.sorting.value = pressed(state.sorting.value, columns[column]!);
      return;
    }
    const id = idAt(row);
    if (id === null) return;
    if (toggle || state.multi.value) {
      state.toggle(id);
      return;
    }
    state.choose(id);
    const place = sky.placeAt(slotAt(row)!, app.now());
    if (!place) return;
    if (fly) app.view.goTo(place);
    else setTimeout(() => { // when the details are there, which may cover it
      const pixel = app.view.pixelOf(place);
      if (pixel === null || !holds(app.clear(), pixel)) app.view.goTo(place, state.camera.value.zoom);
    });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const spot = here ?? { row: -1, column: 0 };
    const far = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(height.peek() / rowHeight.peek()) - 1);
    const next = event.altKey ? null : moved(event.key, far, spot, { rows: listing.count, columns: columns.length, page });
    byKey.current = true;
    if (next) go(next);
    else if (event.key === 'Enter') act(spot.row, spot.column, { toggle: event.shiftKey || far, fly: true });
    else if (event.key === ' ') act(spot.row, spot.column, { toggle: true, fly: false });
    else return; // every other key is the page's
    event.preventDefault();
    event.stopPropagation();
  }

  function pointed(event: Event): { row: number; column: number; id: string | null } | null {
    const target = event.target as HTMLElement;
    const column = Number(target.closest('[aria-colindex]')?.getAttribute('aria-colindex') ?? 0) - 1;
    const index = Number(target.closest('[aria-rowindex]')?.getAttribute('aria-rowindex') ?? 0);
    return index < 2 || column < 0 ? null : { row: index - 2, column, id: idAt(index - 2) };
  }

  const rows = Array.from({ length: end - first }, (_, i) => first + i);
  const away = here !== null && here.row >= 0 && (here.row < first || here.row >= end) && slotAt(here.row) !== undefined;
  const pool = poolOf(height.value, rowHeight.value);
  const row = (index: number, key: string) => (
    <TableRow key={key} app={app} slot={slotAt(index)!} row={index} columns={columns} reading={reading} at={here?.row === index ? here.column : null} />
  );
  return (
    <div
      ref={grid} class="grid" role="grid" tabIndex={0} aria-label="Flights" aria-multiselectable={true}
      aria-rowcount={listing.count + 1} aria-colcount={columns.length} aria-activedescendant={activeId(here, slotAt, columns)}
      style={{ '--columns': template, '--least': `${least}px` }}
      onFocus={() => (at.value ??= firstSpot(app, live, idAt))}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const spot = pointed(event);
        if (!spot) return;
        byKey.current = false;
        at.value = spot;
        act(spot.row, spot.column, { toggle: event.shiftKey || event.ctrlKey || event.metaKey, fly: false });
      }}
      onDblClick={(event) => {
        const spot = pointed(event);
        if (spot) act(spot.row, spot.column, { toggle: false, fly: true });
      }}
      onPointerOver={(event) => (state.hovered.value = event.pointerType === 'touch' ? null : (pointed(event)?.id ?? null))}
      onPointerLeave={() => (state.hovered.value = null)}
    >
      <Head app={app} columns={columns} at={here?.row === -1 ? here.column : null} onPress={(column) => act(-1, column, { toggle: false, fly: false })} />
      <div role="rowgroup" class="rows" style={{ height: `calc(${listing.count} * var(--row))` }}>
        {rows.map((index) => row(index, `${index % pool}`))}
        {away && row(here.row, 'at')}
      </div>
    </div>
  );
}

function Head({ app, columns, at, onPress }: { app: App; columns: readonly Column[]; at: number | null; onPress(column: number): void }) {
  const sorting = app.state.sorting.value;
  const by = sortedBy(sorting);
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        {columns.map((column, index) => {
          const { head, unit } = headOf(column, app.state.units.value);
          const sorted = by === column ? (sorting.descending ? 'descending' : 'ascending') : undefined;
          return (
            <div
              key={column.name} role="columnheader" aria-colindex={index + 1} id={at === index ? `table-head-${column.name}` : undefined}
              aria-sort={sorted ?? 'none'} title={`Sort by ${column.title.toLowerCase()}`} onClick={() => onPress(index)}
              class={[column.name, column.numeric && 'numeric', sorted, at === index && 'here'].filter(Boolean).join(' ')}
            >
              <span>{head}{unit !== '' && <small> {unit}</small>}</span>
              {sorted && <i aria-hidden="true">{sorted === 'descending' ? '↓' : '↑'}</i>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The keyboard begins at the flight that is selected, else at the first. */
function firstSpot({ sky, state }: App, { listing }: LiveListing, idAt: (row: number) => string | null): At {
  const slot = state.chosen === null ? undefined : sky.slotOf(state.chosen);
  const row = Math.max(slot === undefined ? -1 : listing.placeOf(slot), listing.count > 0 ? 0 : -1);
  return { row, column: 0, id: idAt(row) };
}

function activeId(at: At | null, slotAt: (row: number) => number | undefined, columns: readonly Column[]): string | undefined {
  const column = at && columns[Math.min(at.column, columns.length - 1)];
  if (!column) return undefined;
  if (at.row < 0) return `table-head-${column.name}`;
  const slot = slotAt(at.row);
  return slot === undefined ? undefined : cellId(slot, column);
}

/** What of the grid is seen, and how high a row is, which the style sheet says. */
function useScroll(grid: { current: HTMLDivElement | null }, live: LiveListing): Record<'top' | 'height' | 'rowHeight', Signal<number>> {
  const top = useSignal(0);
  const height = useSignal(600);
  const rowHeight = useSignal(USUAL_ROW_PX);
  useEffect(() => {
    const scroller = grid.current!;
    const measure = (): void => {
      height.value = Math.max(0, scroller.clientHeight - HEAD_PX);
      rowHeight.value = parseFloat(getComputedStyle(scroller).getPropertyValue('--row')) || USUAL_ROW_PX;
    };
    const scroll = (): void => {
      if (top.value !== scroller.scrollTop) live.scrolled();
      top.value = scroller.scrollTop;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    scroller.addEventListener('scroll', scroll, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', scroll);
    };
  }, []);
  return { top, height, rowHeight };
}
