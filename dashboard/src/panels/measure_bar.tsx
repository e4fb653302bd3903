/** What is being measured: how far, and how to go on. */
import type { App } from '../app';
import { totalM } from '../map/measured';
import { measured } from '../text/units';
import { Sign } from './layer_icons';

export function MeasureBar({ app: { state } }: { app: App }) {
  const measure = state.measure.value;
  if (!measure) return null;
  const { points, open } = measure;
  const words = points.length === 0 ? 'Click where it begins' : points.length === 1 ? 'Click where it goes' : `${points.length} points`;
  return (
    <div id="measure" class="glass" role="group" aria-label="Measure">
      <Sign name="measure" />
      <p role="status"><b>{measured(totalM(points), 'distance', state.units.value)}</b><span>{words}{open && points.length > 1 && ', double click to end'}</span></p>
      {open && points.length > 0 && (
        <button type="button" onClick={() => void (state.measure.value = { points: points.slice(0, -1), open })}>Back</button>
      )}
      {open && points.length > 1 && <button type="button" onClick={() => void (state.measure.value = { points, open: false })}>Done</button>}
      <button type="button" class="close" aria-label="Close the measurement" title="Close" onClick={() => void (state.measure.value = null)}><Sign name="close" /></button>
    </div>
  );
}
