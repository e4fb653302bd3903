/** Opens and closes the table of flights. */
import type { App } from '../app';
import { keyFor } from '../state/keys';
import { flip } from '../state/state';
import './table.css';

export function TableButton({ app: { state } }: { app: App }) {
  const key = keyFor('panel.table');
  const open = state.open.value.has('table');
  return (
    <button
      id="table-button" type="button" aria-expanded={open} aria-label="Table of flights" aria-keyshortcuts={key}
      title={key === undefined ? 'Table of flights' : `Table of flights (${key})`} onClick={() => flip(state.open, 'table')}
    >
      <TableSign />
    </button>
  );
}

function TableSign() {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round">
      <rect x="3.5" y="4.5" width="17" height="15" rx="2.5" />
      <path d="M3.5 9.5h17M3.5 14.5h17M9.5 9.5v10" />
    </svg>
  );
}
