/** One row of the table. Its nodes serve another flight as soon as the list moves on. */
import type { App } from '../app';
import { GROUND, altitudeColour } from '../map/colours';
import { emergency } from '../text/format';
import type { Column, Reading } from './columns';
import { Icon } from './time_icons';

interface RowOf {
  app: App;
  slot: number;
  /** Its place in the list, from 0. */
  row: number;
  columns: readonly Column[];
  reading: Reading;
  /** The column the keyboard is at, if it is in this row. */
  at: number | null;
}

export function TableRow({ app: { sky, state }, slot, row, columns, reading, at }: RowOf) {
  const facts = sky.facts[slot];
  if (!facts) return null; // it has gone since the list was made
  const selected = state.selected.value.includes(facts.id);
  const look = [
    'row',
    row % 2 === 1 && 'odd',
    facts.emergency !== null && 'alarm',
    facts.coasting === true && 'coasting',
    selected && 'selected',
    state.hovered.value === facts.id && 'hovered',
    at !== null && 'at',
  ];
  return (
    <div
      role="row" class={look.filter(Boolean).join(' ')} data-slot={slot} aria-rowindex={row + 2} aria-selected={selected}
      style={{ top: `calc(${row} * var(--row))` }}
    >
      {columns.map((column, index) => (
        <div
          key={index} role="gridcell" id={at === index ? cellId(slot, column) : undefined} aria-colindex={index + 1}
          class={[column.name, column.numeric && 'numeric', at === index && 'here'].filter(Boolean).join(' ')}
        >
          {index === 0 && <Sign slot={slot} sky={sky} reading={reading} />}
          <span class="value">{column.cell(sky, slot, reading)}</span>
          {index === 0 && facts.emergency !== null && <span class="spoken">, {emergency(facts.emergency)}</span>}
          {index === 0 && facts.coasting === true && <span class="spoken">, coasting</span>}
        </div>
      ))}
    </div>
  );
}

/** The name of a cell that the keyboard is at. */
export function cellId(slot: number, { name }: Column): string {
  return `table-${slot}-${name}`;
}

/** A small aircraft as it flies on the map, in the colour of its altitude; in an emergency the sign of that. */
function Sign({ sky, slot, reading }: { sky: App['sky']; slot: number; reading: Reading }) {
  const facts = sky.facts[slot]!;
  if (facts.emergency !== null) return <Icon name="alarm" />;
  const track = sky.track_deg[slot]!;
  const altitude = sky.altitudeAt(slot, reading.now);
  const background = facts.on_ground === true ? GROUND : altitudeColour(Number.isNaN(altitude) ? null : altitude);
  if (Number.isNaN(track)) return <i class="sign dot" aria-hidden="true" style={{ background }} />;
  return <i class="sign plane" aria-hidden="true" style={{ background, transform: `rotate(${Math.round(track)}deg)` }} />;
}
