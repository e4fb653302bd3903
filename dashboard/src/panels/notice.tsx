/** Why the map is drawn plainly, and what to do about it. Once read it can be put away. */
import { useSignal } from '@preact/signals';
import type { App } from '../app';
import { Icon } from './time_icons';
import './notice.css';

export function Notice({ app: { plainly } }: { app: App }) {
  const read = useSignal(false);
  if (plainly === '' || read.value) return null;
  return (
    <aside id="notice" class="glass" aria-label="About the map">
      <p role="status">{plainly}</p>
      <button type="button" aria-label="Dismiss" onClick={() => (read.value = true)}><Icon name="close" /></button>
    </aside>
  );
}
