/** Which columns the table has, and in which order. */
import type { App } from '../app';
import { COLUMNS, columnsOf, shifted, switched } from './columns';

export function TableChooser({ app: { state } }: { app: App }) {
  const shown = columnsOf(state.columns.value);
  const names = shown.map(({ name }) => name);
  const others = COLUMNS.filter((column) => !shown.includes(column));
  const set = (next: readonly string[]): void => void (state.columns.value = next);
  return (
    <div id="table-chooser" class="chooser" role="group" aria-label="Columns">
      <ul>
        {[...shown, ...others].map(({ name, title }) => {
          const place = names.indexOf(name);
          return (
            <li key={name}>
              <label>
                <input type="checkbox" checked={place >= 0} disabled={place >= 0 && names.length === 1} onChange={() => set(switched(names, name))} />
                {title}
              </label>
              {place >= 0 && (
                <>
                  <Shift title={`Move ${title} to the left`} sign="↑" off={place === 0} press={() => set(shifted(names, name, -1))} />
                  <Shift title={`Move ${title} to the right`} sign="↓" off={place === names.length - 1} press={() => set(shifted(names, name, 1))} />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Never `disabled`, so that the keyboard stays on it when its column has come to the end. */
function Shift({ title, sign, off, press }: { title: string; sign: string; off: boolean; press(): void }) {
  return (
    <button type="button" class="shift" title={title} aria-label={title} aria-disabled={off} onClick={press}>{sign}</button>
  );
}
