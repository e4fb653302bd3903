/** The tools at the right edge, and the panel of layers and settings that one of them opens. */
import './layers_menu.css';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../app';
import { flip, type Colouring, type Labels, type LayerName, type Projection, type Theme, type Units } from '../state/state';
import { HomePlace, useReceiver } from './home_place';
import { Sign, type LayerIcon } from './layer_icons';
import { Meanings } from './legend';
import { MeasureBar } from './measure_bar';
import { OneOf } from './one_of';
import { OwnFiles } from './own_files';

const LAYERS: readonly (readonly [LayerName, string])[] = [
  ['night', 'Night'], ['airports', 'Airports'], ['places', 'Names'], ['trails', 'Trails'], ['rings', 'Rings'], ['coverage', 'Coverage'],
  ['heat', 'Heat'],
];
const COLOURINGS: Record<Colouring, string> = { altitude: 'Altitude', speed: 'Speed', climb: 'Climb', source: 'Source', age: 'Age' };
const LABELS: Record<Labels, string> = { none: 'None', callsign: 'Callsign', full: 'Full' };
const UNITS: Record<Units, string> = { aviation: 'Aviation', metric: 'Metric', imperial: 'Imperial' };
const THEMES: Record<Theme, string> = { dark: 'Dark', light: 'Light' };
const PROJECTIONS: Record<Projection, string> = { globe: 'Globe', flat: 'Flat' };
const SMALLEST = 0.6;
const LARGEST = 2;

export function LayersMenu({ app }: { app: App }) {
  const { state } = app;
  const open = state.open.value.has('layers');
  const measuring = state.measure.value !== null;
  const globe = state.projection.value === 'globe';
  const opener = useRef<HTMLButtonElement>(null);
  const before = useRef(open);
  useReceiver(app);
  useEffect(() => {
    if (before.current && !open && (document.activeElement ?? document.body) === document.body) opener.current?.focus();
    before.current = open;
  }, [open]);
  return (
    <>
      <div id="tools" class="glass" role="group" aria-label="Map tools">
        <button ref={opener} type="button" title="Layers and settings" aria-label="Layers and settings" aria-expanded={open} aria-controls="layers" onClick={() => flip(state.open, 'layers')}>
          <Sign name="layers" />
        </button>
        {app.plainly === '' && (
          <>
            <button type="button" title="Measure" aria-label="Measure" aria-pressed={measuring} onClick={() => void (state.measure.value = measuring ? null : { points: [], open: true })}>
              <Sign name="measure" />
            </button>
            <Switch title={globe ? 'Flat map' : 'Globe'} sign={globe ? 'flat' : 'globe'} press={() => void (state.projection.value = globe ? 'flat' : 'globe')} />
          </>
        )}
        <Switch
          title={state.theme.value === 'dark' ? 'Light theme' : 'Dark theme'} sign={state.theme.value === 'dark' ? 'day' : 'night'}
          press={() => void (state.theme.value = state.theme.value === 'dark' ? 'light' : 'dark')}
        />
      </div>
      {open && <Layers app={app} />}
      {measuring && <MeasureBar app={app} />}
    </>
  );
}

function Switch({ title, sign, press }: { title: string; sign: LayerIcon; press(): void }) {
  return <button type="button" title={title} aria-label={title} onClick={press}><Sign name={sign} /></button>;
}

function Layers({ app }: { app: App }) {
  const { state } = app;
  const map = app.plainly === '';
  const homeless = state.home.value === null && (state.layers.value.has('rings') || state.layers.value.has('coverage'));
  return (
    <section id="layers" class="glass" aria-label="Layers and settings">
      <header>
        <h2>Layers</h2>
        <button type="button" class="close" aria-label="Close layers and settings" onClick={() => flip(state.open, 'layers', false)}><Sign name="close" /></button>
      </header>
      <div class="body">
        {map && (
          <>
            <div class="switches" role="group" aria-label="Layers">
              {LAYERS.map(([name, title]) => (
                <button key={name} type="button" aria-pressed={state.layers.value.has(name)} onClick={() => flip(state.layers, name)}>
                  <Sign name={name} /><span>{title}</span>
                </button>
              ))}
            </div>
            {homeless && <p class="hint" role="status">Range rings and coverage need a home place: set one below.</p>}
          </>
        )}
        <h3>Flights</h3>
        <OneOf title="Colour by" choice={state.colouring} words={COLOURINGS} />
        <div class="meanings"><Meanings app={app} /></div>
        <OneOf title="Labels" choice={state.labels} words={LABELS} />
        <label class="slider">
          <span>Icon size</span>
          <input
            type="range" min={SMALLEST} max={LARGEST} step="0.1" value={state.iconScale.value} aria-valuetext={`${Math.round(state.iconScale.value * 100)} %`}
            onInput={(event) => void (state.iconScale.value = event.currentTarget.valueAsNumber)}
          />
          <output>{Math.round(state.iconScale.value * 100)} %</output>
        </label>
        <label class="raw">
          <input type="checkbox" role="switch" checked={state.raw.value} onChange={() => void (state.raw.value = !state.raw.value)} />
          <span>
            Reported positions only
            <small>Each flight stands where it was last heard. Switched off, it moves on as it flew until the next report.</small>
          </span>
        </label>
        <h3>Display</h3>
        <OneOf title="Units" choice={state.units} words={UNITS} />
        <OneOf title="Theme" choice={state.theme} words={THEMES} />
        {map && <OneOf title="Map" choice={state.projection} words={PROJECTIONS} />}
        <HomePlace app={app} />
        {app.view.overlays && <OwnFiles overlays={app.view.overlays} />}
      </div>
    </section>
  );
}
