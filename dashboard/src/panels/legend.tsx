/** What the colours on the map mean. */
import type { App } from '../app';
import { EMERGENCY, GROUND_RGB, SCALES, SOURCES, colourOn } from '../map/colours';
import { FARTHEST_M } from '../map/coverage';
import type { Colouring, Theme, Units } from '../state/state';
import { measured, unitOf } from '../text/units';
import { shownIn } from './legend_ink';
import { SOURCE_NAMES } from '../text/aircraft_words';
import { marksOf } from './legend_marks';
import './legend.css';

const SHADES = 24; // of the ramp, as a gradient

const TITLES: Readonly<Record<Colouring, string>> = {
  altitude: 'Altitude', speed: 'Ground speed', climb: 'Climb and descent', source: 'Source of the position', age: 'Age of the position',
};

export function Legend({ app }: { app: App }) {
  return (
    <section id="legend" class="glass" aria-label="Legend">
      <Meanings app={app} />
    </section>
  );
}

/** The legend without its frame: on a phone it is in the layers panel. */
export function Meanings({ app }: { app: App }) {
  const { state } = app;
  const [colouring, units, layers] = [state.colouring.value, state.units.value, state.layers.value];
  const reaching = reachOf(app);
  const unit = unitName(colouring, units);
  const theme = state.theme.value;
  return (
    <div class="legend">
      <h2>{TITLES[colouring]}{unit !== '' && <span>{unit}</span>}</h2>
      {colouring === 'source' ? <Sources app={app} /> : <Ramp colouring={colouring} units={units} theme={theme} />}
      <ul class="also">
        <li><i style={{ background: shownIn(theme, GROUND_RGB) }} />on ground</li>
        <li><i class="ring" style={{ background: EMERGENCY, color: EMERGENCY }} />emergency</li>
        <li><i class="hollow" />coasting</li>
      </ul>
      {layers.has('heat') && <p><i class="heat" />Where flights have been since it was switched on; half of it fades in 30 minutes</p>}
      {layers.has('coverage') && state.home.value && <p><i class="coverage" />Farthest heard around home since it was switched on, within {measured(FARTHEST_M, 'distance', units)}</p>}
      {reaching !== '' && <p><i class="coverage" />{reaching}</p>}
    </div>
  );
}

/** Whose reach is on the map as the server tells it. */
function reachOf({ feeds, state }: App): string {
  const known = feeds.list.value.filter(({ receiver }) => receiver);
  if (state.layers.value.has('coverage') && known.length > 0) return 'Thin: heard by each receiver so far';
  const chosen = known.find(({ name }) => name === feeds.chosen.value);
  return chosen ? `Heard by ${chosen.name} so far` : '';
}

function unitName(colouring: Colouring, units: Units): string {
  if (colouring === 'source') return '';
  return colouring === 'age' ? 's' : unitOf(colouring, units).name;
}

function Ramp({ colouring, units, theme }: { colouring: Exclude<Colouring, 'source'>; units: Units; theme: Theme }) {
  const scale = SCALES[colouring];
  const { low, high } = scale;
  const colours = Array.from({ length: SHADES + 1 }, (_, i) => shownIn(theme, colourOn(scale, low + ((high - low) * i) / SHADES)));
  const marks = marksOf(low, high, colouring === 'age' ? 1 : unitOf(colouring, units).factor);
  return (
    <>
      <div class="ramp" style={{ background: `linear-gradient(to right, ${colours.join(', ')})` }} />
      <div class="marks">
        {marks.map(({ at, text }) => <span key={text} data-end={at < 0.03 ? 'first' : at > 0.97 ? 'last' : undefined} style={{ left: `${at * 100}%` }}>{text}</span>)}
      </div>
    </>
  );
}

/** Those that tell of a flight now. */
function Sources({ app: { sky, state } }: { app: App }) {
  state.pulse.value;
  const there = new Set<string | null>();
  for (const slot of sky.slots()) there.add(sky.facts[slot]!.position_source);
  const shown = SOURCES.filter(([source]) => there.has(source));
  if (shown.length === 0) return <p class="none">No feed says where its positions come from.</p>;
  return (
    <ul class="sources">
      {shown.map(([source, colour]) => <li key={source}><i style={{ background: shownIn(state.theme.value, colour) }} />{SOURCE_NAMES[source] ?? source}</li>)}
    </ul>
  );
}
