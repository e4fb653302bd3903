/** The first thing the keyboard comes to: past everything, to the flights in words. */
import type { App } from '../app';
import { flip } from '../state/state';

export function Skip({ app: { state } }: { app: App }) {
  function go(): void {
    flip(state.open, 'table', true);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#table [role=grid]')?.focus()); // once it is there
  }
  return <button id="skip" type="button" class="glass" onClick={go}>Skip to the table of flights</button>;
}
