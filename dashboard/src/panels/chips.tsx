/** The terms of the filter: click one to change it, its cross to take it away. */
import type { App } from '../app';
import { useMemo } from 'preact/hooks';
import { count } from '../text/format';
import { draft, focusOmnibox } from './draft';

export function Chips({ app }: { app: App }) {
  const { state, sieve } = app;
  const terms = sieve.terms.value;
  // Said once when the filter is another, not at each flight that comes and goes: the header counts those.
  const said = useMemo(() => (sieve.active ? `${count(sieve.count)} of ${count(app.sky.size)} flights pass the filter` : ''), [app, terms]);
  const ghost = state.others.value === 'ghost';
  return (
    <>
    <span class="spoken" role="status">{said}</span>
    {terms.length > 0 && <div id="chips" role="group" aria-label="Filter">
      {terms.map((term, index) => {
        const error = 'error' in term ? term.error : null;
        const label = 'error' in term ? term.text : term.label;
        return (
          <span key={term.text} class={error === null ? 'chip' : 'chip wrong'} title={error ?? term.text}>
            <button class="edit" aria-label={`Change ${label}${error === null ? '' : `. ${error}`}`} onClick={() => edit(app, index)}>
              {error !== null && <span aria-hidden="true">! </span>}{label}
            </button>
            <button class="remove" aria-label={`Remove ${label}`} onClick={() => remove(app, index)}>×</button>
          </span>
        );
      })}
      <button class="others" aria-pressed={ghost} onClick={() => (state.others.value = ghost ? 'hide' : 'ghost')}>
        {ghost ? 'Others ghosted' : 'Others hidden'}
      </button>
      {terms.map((term) => 'error' in term && <p key={term.text} class="sentence">{term.error}</p>)}
    </div>}
    </>
  );
}

function edit({ state }: App, index: number): void {
  draft.replacing.value = index;
  focusOmnibox(state.terms.value[index] ?? '');
}

function remove({ state }: App, index: number): void {
  draft.replacing.value = null;
  state.terms.value = state.terms.value.filter((_, other) => other !== index);
  setTimeout(() => { // the button that had the focus is gone
    const left = document.querySelectorAll<HTMLElement>('#chips .remove');
    (left[Math.min(index, left.length - 1)] ?? document.querySelector<HTMLElement>('#status .truth'))?.focus();
  });
}
