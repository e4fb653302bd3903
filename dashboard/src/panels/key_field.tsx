/** Asks for a key where the server wants one. */
import type { App } from '../app';
import './key_field.css';

export function KeyField({ app: { key, enter } }: { app: App }) {
  if (key.wanted.value === '') return null;
  function opened(event: SubmitEvent): void {
    event.preventDefault();
    key.use(String(new FormData(event.currentTarget as HTMLFormElement).get('key')));
    enter();
  }
  return (
    <form id="key" class="glass" aria-label="Key" onSubmit={opened}>
      <p role="status">{key.wanted}</p>
      <input type="password" name="key" aria-label="Key" autocomplete="current-password" required autoFocus />
      <button type="submit">Open</button>
    </form>
  );
}
