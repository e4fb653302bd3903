/** The selected flights beside one another, when there are several: each against the one the details speak of. */
import type { App } from '../app';
import { closingKt, distanceM } from '../sky/great_circle';
import type { Flight } from '../sky/flight';
import type { Place } from '../sky/motion';
import { altitude, distance, knots } from '../text/format';
import { nameOf } from './details';
import { STROKES } from './profile';

export function Compare({ app }: { app: App }) {
  const { state, sky } = app;
  void state.pulse.value;
  const ids = state.selected.value;
  if (ids.length < 2) return null;
  const now = app.now();
  const units = state.units.value;
  const chosen = ids.at(-1)!;
  const main = moving(app, chosen, now);
  const rows = [...ids].reverse();
  return (
    <table class="compare" aria-label="Selected flights">
      <thead><tr><th scope="col">Flight</th><th scope="col">Altitude</th><th scope="col">Speed</th><th scope="col">Apart</th><th scope="col">Closing</th><th /></tr></thead>
      <tbody>
        {rows.map((id, i) => {
          const other = moving(app, id, now);
          const closing = main && other && id !== chosen ? closingKt(main, other) : null;
          const slot = sky.slotOf(id);
          const reckoned = slot === undefined ? NaN : sky.altitudeAt(slot, now);
          return (
            <tr key={id} class={id === chosen ? 'chosen' : ''}>
              <th scope="row">
                <button type="button" onClick={() => { state.selected.value = [...ids.filter((each) => each !== id), id]; }}>
                  <svg width="16" height="6" aria-hidden="true"><path d="M0 3H16" stroke-dasharray={STROKES[i % STROKES.length]!} /></svg>
                  {other ? nameOf(other) : id}
                </button>
              </th>
              <td>{other ? altitude(Number.isNaN(reckoned) ? null : reckoned, other.on_ground, units) : '–'}</td>
              <td>{other ? knots(other.ground_speed_kt, units) : '–'}</td>
              <td>{main && other && id !== chosen ? distance(distanceM(main, other), units) : ''}</td>
              <td>{closing === null ? '' : knots(closing, units)}</td>
              <td><button type="button" class="drop" aria-label={`Take ${other ? nameOf(other) : id} away`} onClick={() => state.toggle(id)}>×</button></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A flight where it is by now; null without a place. */
function moving(app: App, id: string, now: number): (Flight & Place) | null {
  const slot = app.sky.slotOf(id);
  if (slot === undefined) return null;
  const place = app.sky.placeAt(slot, now);
  const flight = app.sky.flight(slot);
  return place && flight ? { ...flight, ...place } : null;
}
