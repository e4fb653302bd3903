/** One field that finds flights and places, adds filters and runs commands. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { App } from '../app';
import { commands } from '../find/commands';
import { elsewhere } from '../find/elsewhere';
import { isTerm, parse, split } from '../find/grammar';
import { commandsLike, filtersFor, flightsLike, type Suggestion } from '../find/suggest';
import { draft, focusOmnibox } from './draft';
import './omnibox.css';

export { focusOmnibox };

const PAUSE_MS = 250;

export function Omnibox({ app }: { app: App }) {
  const { text, replacing } = draft;
  const open = useSignal(false);
  const active = useSignal(0);
  const told = useSignal<readonly Suggestion[]>([]);
  const searched = useSignal(false); // the server has had its say
  const hasty = useRef<{ adding: boolean } | null>(null); // Enter was pressed before it had
  const written = text.value;

  useEffect(() => {
    told.value = [];
    hasty.current = null;
    const asked = written.trim();
    searched.value = asked.length < 2;
    if (!open.value || asked.length < 2 || asked.startsWith('>') || isTerm(asked)) return;
    const outdated = new AbortController();
    const timer = setTimeout(() => {
      void elsewhere(app, asked, outdated.signal).then((found) => {
        if (outdated.signal.aborted) return;
        told.value = found;
        searched.value = true;
        if (hasty.current && found[0]) run(found[0], hasty.current.adding);
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      outdated.abort();
    };
  }, [written, open.value]);

  // Found once for a text, not at each key: the sky goes on, and the list must stand still while one chooses from it.
  const found = useMemo(() => (open.value ? here(app, written) : []), [app, written, open.value]);
  const list = open.value ? grouped([...found, ...told.value]) : [];
  const at = Math.min(active.value, list.length - 1);
  const wrong = open.value && list.length === 0 ? split(written).filter(isTerm).map((term) => parse(term)).find((term) => 'error' in term) : undefined;
  const nothing = list.length === 0 && !wrong && written.trim() !== '';

  function close(): void {
    [text.value, replacing.value, open.value, active.value] = ['', null, false, 0];
  }

  function run(chosen: Suggestion, adding: boolean): void {
    const { action } = chosen;
    const { state, view } = app;
    if (action.kind === 'command') action.command.run(app);
    else if (action.kind === 'fly') view.goTo(action.place, 9);
    else if (action.kind === 'filter') apply(app, action.terms);
    else if (adding) state.toggle(action.flight);
    else {
      state.choose(action.flight);
      if (action.place) view.goTo(action.place);
    }
    close();
    if (action.kind !== 'filter') document.getElementById('find')?.blur();
  }

  function key(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      open.value = true;
      if (list.length > 0) active.value = (at + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length;
    } else if (event.key === 'Enter') {
      const chosen = list[at];
      if (chosen && written.trim() !== '') run(chosen, event.shiftKey);
      else if (written.trim() !== '') hasty.current = searched.value ? null : { adding: event.shiftKey };
      else if (replacing.value !== null && active.value === 0) {
        app.state.terms.value = app.state.terms.value.filter((_, index) => index !== replacing.value); // a filter of which nothing is left
        close();
      }
      else if (chosen && active.value > 0) run(chosen, event.shiftKey);
    } else if (event.key === 'Escape') {
      if (written === '') (event.currentTarget as HTMLElement).blur();
      close();
    } else if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
      [text.value, active.value, open.value] = ['>', 0, true];
    } else {
      event.stopPropagation(); // letters are text here, not keys of the map
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div id="omnibox">
      <input
        id="find" role="combobox" type="text" autocomplete="off" autocapitalize="off" spellcheck={false} enterkeyhint="search"
        aria-label="Find flights, places, filters and commands" placeholder="Flight, airport or alt>30000" value={written}
        aria-expanded={list.length > 0} aria-controls="found" aria-autocomplete="list"
        {...(list.length > 0 && { 'aria-activedescendant': `found-${at}` })}
        onInput={(event) => {
          [text.value, active.value, open.value] = [event.currentTarget.value, 0, true];
        }}
        onFocus={() => (open.value = true)}
        onBlur={() => (open.value = false)}
        onKeyDown={key}
      />
      {replacing.value !== null && <span class="changing">changing a filter</span>}
      {open.value && (list.length > 0 || wrong || nothing) && (
        <div class="drop">
          {wrong && 'error' in wrong && <p class="sentence" role="status">{wrong.error}</p>}
          {nothing && <p class="nothing" role="status">{written.startsWith('>') ? 'There is no such command.' : searched.value ? 'Nothing is called so.' : 'Searching …'}</p>}
          <ul id="found" role="listbox" aria-label="Suggestions">
            {list.map((one, index) => (
              <li key={`${one.group} ${index}`} role="presentation">
                {list[index - 1]?.group !== one.group && <span class="group" aria-hidden="true">{one.group}</span>}
                <div
                  id={`found-${index}`} role="option" aria-selected={index === at} aria-label={`${one.title}, ${one.note}, ${one.group}`}
                  ref={(element) => void (index === at && element?.scrollIntoView({ block: 'nearest' }))}
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={(event) => run(one, event.shiftKey)}
                >
                  <b>{one.title}</b><span>{one.note}</span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function here(app: App, written: string): Suggestion[] {
  if (written.startsWith('>')) return commandsLike(commands(app), written.slice(1));
  const filters = filtersFor(app.sky, written, app.state.units.peek());
  if (isTerm(written) || written.trim() === '') return filters;
  const flights = flightsLike(app.sky, written).map((slot): Suggestion => {
    const { id, callsign, registration, type_code, icao24, origin, destination } = app.sky.facts[slot]!;
    const way = origin !== null && destination !== null ? `${origin} → ${destination}` : null;
    return {
      group: 'Flights', title: callsign ?? registration ?? icao24,
      note: [type_code, registration, way ?? icao24].filter(Boolean).join(' · '),
      action: { kind: 'select', flight: id, place: app.sky.placeAt(slot, app.now()) },
    };
  });
  return [...flights, ...filters];
}

/** Brings each group together, in the order in which groups first come. */
function grouped(list: readonly Suggestion[]): Suggestion[] {
  return [...new Set(list.map(({ group }) => group))].flatMap((name) => list.filter(({ group }) => group === name));
}

function apply({ state }: App, written: readonly string[]): void {
  const texts = written.map((term) => parse(term).text);
  const at = draft.replacing.value;
  const before = state.terms.value;
  const next = at === null ? [...before, ...texts] : [...before.slice(0, at), ...texts, ...before.slice(at + 1)];
  state.terms.value = [...new Set(next)];
}
