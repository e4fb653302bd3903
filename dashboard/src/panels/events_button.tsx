/** Opens and closes the events. */
import type { App } from '../app';
import { keyFor } from '../state/keys';
import { flip } from '../state/state';
import './events_feed.css';

export function EventsButton({ app: { state } }: { app: App }) {
  const key = keyFor('panel.events');
  const open = state.open.value.has('events');
  return (
    <button
      id="events-button" type="button" aria-expanded={open} aria-label="Events" aria-keyshortcuts={key}
      title={key === undefined ? 'Events' : `Events (${key})`} onClick={() => flip(state.open, 'events')}
    >
      <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
        <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4" />
      </svg>
    </button>
  );
}
