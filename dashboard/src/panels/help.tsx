/** The help sheet: every key, what a filter can say, and where to read more. */
import './help.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import { FIELDS, type Field } from '../find/fields';
import { parse } from '../find/grammar';
import { KEYS, WITHIN, type Group } from '../state/keys';
import { flip } from '../state/state';

const GROUPS: readonly Group[] = ['Find', 'Show', 'Map', 'Flight', 'Time'];
/** How a key is spoken, where its sign says little. */
const SPOKEN: Readonly<Record<string, string>> = {
  '/': 'slash', '?': 'question mark', ',': 'comma', '.': 'full stop', '+': 'plus', '−': 'minus',
  '←': 'left', '↑': 'up', '↓': 'down', '→': 'right', Esc: 'Escape', 'Ctrl K': 'Control K',
};

export function Help({ app }: { app: App }) {
  const { state } = app;
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = sheet.current!;
    dialog.showModal(); // the browser keeps the focus inside, and gives it back afterwards
    return () => dialog.close();
  }, []);
  const close = (): void => flip(state.open, 'help', false);
  function tried(term: string): void {
    if (!state.terms.peek().includes(term)) state.terms.value = [...state.terms.peek(), term];
    close();
  }
  return (
    <dialog
      id="help" ref={sheet} class="glass" aria-labelledby="help-title" onClose={close}
      onKeyDown={(event) => {
        event.stopPropagation(); // what is below the sheet hears no keys
        if (event.key === 'Escape' || (event.key === '?' && state.shortcuts.peek())) close();
      }}
      onClick={(event) => event.target === sheet.current && close()}
    >
      <div class="sheet">
        <header>
          <h2 id="help-title">Keys and filters</h2>
          <button type="button" class="close" aria-label="Close" title="Close (Esc)" onClick={close}>×</button>
        </header>
        <div class="scroll" tabIndex={0} role="region" aria-label="Keys and filters">
          <Keys off={!state.shortcuts.value} />
          <Filters onTry={tried} />
        </div>
        <footer>
          <label title="For those whose speech or switch device types letters">
            <input
              type="checkbox" checked={state.shortcuts.value}
              onChange={(event) => { state.shortcuts.value = event.currentTarget.checked; }}
            />
            Single keys do something
          </label>
          <nav aria-label="More">
            <a href={app.server.address('docs')} target="_blank" rel="noopener">API</a>
            <a href={app.server.address('api/v1/flights?limit=100')} target="_blank" rel="noopener">Flights as JSON</a>
          </nav>
          <Version app={app} />
        </footer>
      </div>
    </dialog>
  );
}

function Keys({ off }: { off: boolean }) {
  return (
    <div class={off ? 'keys off' : 'keys'}>
      {GROUPS.map((group) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <dl>{KEYS.filter((key) => key.group === group).map(({ keys, id, title }) => <Row key={id} keys={keys} title={title} />)}</dl>
        </section>
      ))}
      <section aria-label="On the map and in the table">
        <h3>On the map, in the table</h3>
        <dl>{WITHIN.map(({ keys, title }) => <Row key={title} keys={keys} title={title} />)}</dl>
      </section>
    </div>
  );
}

function Row({ keys, title }: { keys: readonly string[]; title: string }) {
  return (
    <div>
      <dt>{keys.flatMap((key) => key.split(' ')).map((key) => <kbd key={key} aria-label={SPOKEN[key]}>{key}</kbd>)}</dt>
      <dd>{title}</dd>
    </div>
  );
}

/** One example for each thing a filter can ask of a flight; pressing it sets the filter. */
function Filters({ onTry }: { onTry(term: string): void }) {
  return (
    <section class="filters" aria-label="Filters">
      <h3>Filters</h3>
      <p>
        Write them into the field at the top. All must hold; a comma means any of, <code>-</code> in front means not,
        {' '}<code>*</code> and <code>?</code> stand for letters, <code>/…/</code> is a regular expression. Try one:
      </p>
      <ul>
        {FIELDS.map((field) => (
          <li key={field.name}>
            <button type="button" onClick={() => onTry(exampleOf(field))} title={meaningOf(exampleOf(field))}>
              <code>{exampleOf(field)}</code>
              <span>{field.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function exampleOf({ examples, name }: Field): string {
  return examples[0] ?? name;
}

function meaningOf(term: string): string {
  const parsed = parse(term);
  return 'error' in parsed ? term : parsed.label;
}

function Version({ app }: { app: App }) {
  const [version, setVersion] = useState('');
  useEffect(() => {
    app.server.json('api/v1/openapi.json').then(
      (told) => setVersion(String((told as { info?: { version?: unknown } }).info?.version ?? '')),
      () => undefined, // the server is away: then there is none to tell
    );
  }, [app]);
  return <p class="version">AeroTrack{version === '' ? '' : ` ${version}`}</p>;
}
