/** What a key has just done, where that does not show by itself. */
import './bare.css';
import type { App } from '../app';

export function Told({ app: { state } }: { app: App }) {
  const words = state.told.value || (state.multi.value ? 'Clicks select several flights · Esc ends it' : '');
  return <p id="told" role="status" class={words === '' ? '' : 'glass'}>{words}</p>;
}
