/** The table of flights: the map's twin for the keyboard, for a screen reader, and for whoever likes lists. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { App } from '../app';
import type { Trait } from '../sky/census';
import type { Flight } from '../sky/flight';
import { flip, type Scope } from '../state/state';
import { count } from '../text/format';
import { columnsOf } from './columns';
import { LiveListing } from './live_listing';
import './table.css';
import { TableChooser } from './table_chooser';
import { csvOf, fileName, geojsonOf } from './table_files';
import { TableGrid } from './table_grid';
import { TableGroups } from './table_groups';
import { Icon } from './time_icons';

const SCOPES: readonly (readonly [Scope, string])[] = [['view', 'In view'], ['all', 'All']];
const GROUPINGS: readonly (readonly [Trait | '', string])[] = [['', 'Flights'], ['operator', 'By operator'], ['type_code', 'By type']];
const [NARROWEST, WIDEST] = [384, 690]; // px

export function Table({ app }: { app: App }) {
  const { state } = app;
  const live = useMemo(() => new LiveListing(app), [app]);
  const choosing = useSignal(false);
  const trait = useSignal<Trait | ''>('');
  const columnsButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const stop = live.follow();
    return () => {
      stop();
      state.hovered.value = null;
    };
  }, [live]);
  const width = columnsOf(state.columns.value).reduce((sum, column) => sum + column.width, 26);

  return (
    <section
      id="table" class="glass" aria-label="Table of flights"
      style={{ '--width': `${Math.max(NARROWEST, Math.min(WIDEST, width))}px` }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !choosing.value) return;
        event.stopPropagation();
        choosing.value = false;
        columnsButton.current?.focus();
      }}
    >
      <header>
        <div class="scope" role="group" aria-label="Flights of the table">
          {SCOPES.map(([scope, title]) => (
            <button key={scope} type="button" aria-pressed={state.scope.value === scope} onClick={() => (state.scope.value = scope)}>{title}</button>
          ))}
        </div>
        <select aria-label="Group" value={trait.value} onChange={(event) => (trait.value = event.currentTarget.value as Trait | '')}>
          {GROUPINGS.map(([name, title]) => <option key={name} value={name}>{title}</option>)}
        </select>
        <button
          ref={columnsButton} type="button" aria-expanded={choosing.value} aria-controls="table-chooser" hidden={trait.value !== ''}
          onClick={() => (choosing.value = !choosing.value)}
        >
          Columns
        </button>
        <button type="button" class="close" title="Close the table" aria-label="Close the table" onClick={() => flip(state.open, 'table', false)}>
          <Icon name="close" />
        </button>
      </header>
      {trait.value === '' ? <TableGrid app={app} live={live} /> : <TableGroups app={app} live={live} trait={trait.value} />}
      {choosing.value && trait.value === '' && <TableChooser app={app} />}
      <Foot app={app} live={live} />
    </section>
  );
}

function Foot({ app, live }: { app: App; live: LiveListing }) {
  void live.listed.value;
  const { count: listed } = live.listing;
  const all = app.sky.size;
  return (
    <footer>
      <p>{listed === all ? <b>{count(all)}</b> : <><b>{count(listed)}</b> of {count(all)}</>} {all === 1 ? 'flight' : 'flights'}</p>
      <span>Export</span>
      <button type="button" disabled={listed === 0} onClick={() => save(app, live, csvOf, 'csv', 'text/csv')}>CSV</button>
      <button type="button" disabled={listed === 0} onClick={() => save(app, live, geojsonOf, 'geojson', 'application/geo+json')}>GeoJSON</button>
    </footer>
  );
}

function save(app: App, { listing }: LiveListing, written: (flights: Iterable<Flight>) => string, ending: string, type: string): void {
  const flights = Array.from(listing.slots.subarray(0, listing.count), (slot) => app.sky.flight(slot)).filter((flight) => flight !== null);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([written(flights)], { type: `${type};charset=utf-8` }));
  link.download = fileName(app.now(), ending);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
