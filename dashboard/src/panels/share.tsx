/** What can be done with a flight: follow it, play it from its start, share its address, take its track away. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { nameOf, type Seen } from './details';

const FORMATS = [['csv', 'CSV, for a table'], ['geojson', 'GeoJSON'], ['kml', 'KML, for Google Earth'], ['gpx', 'GPX']] as const;
const TOLD_MS = 2500;

export function Share({ app, seen: { flight, present }, onPlay }: { app: App; seen: Seen; onPlay(): void }) {
  const { state } = app;
  const [told, setTold] = useState('');
  const [address, setAddress] = useState<string | null>(null);
  async function share(): Promise<void> {
    const url = app.address();
    const how = await handOver(nameOf(flight), url);
    setAddress(how === 'shown' ? url : null);
    setTold(how === 'copied' ? 'Address copied' : '');
    if (how === 'copied') setTimeout(() => setTold(''), TOLD_MS);
  }
  return (
    <>
      <div class="actions">
        <button type="button" aria-pressed={state.follow.value} disabled={!present} title="Keep the map with this flight (F)"
          onClick={() => { state.follow.value = !state.follow.peek(); }}>Follow</button>
        <button type="button" title="Play this flight from its start" onClick={onPlay}>Replay</button>
        <button type="button" onClick={() => void share()}>Share</button>
        <details class="export" onKeyDown={(event) => {
          if (event.key !== 'Escape' || !event.currentTarget.open) return;
          event.stopPropagation(); // the flight stays selected
          event.currentTarget.open = false;
          event.currentTarget.querySelector('summary')?.focus();
        }}>
          <summary>Export</summary>
          <ul onClick={({ currentTarget }) => currentTarget.closest('details')?.removeAttribute('open')}>
            {FORMATS.map(([format, words]) => (
              <li key={format}>
                <a href={app.server.address(`api/v1/flights/${encodeURIComponent(flight.id)}/track?format=${format}`)}
                  download={`${flight.id}.${format}`}>{words}</a>
              </li>
            ))}
          </ul>
        </details>
      </div>
      <p class="told" role="status">{told}</p>
      {address !== null && (
        <label class="address">Address of this view
          <input readOnly value={address} ref={(input) => input?.select()} />
        </label>
      )}
    </>
  );
}

/** By the system's own sheet where there is one, else to the clipboard; without either the person copies it. */
async function handOver(title: string, url: string): Promise<'shared' | 'copied' | 'shown'> {
  if ('share' in navigator && matchMedia('(pointer: coarse)').matches) {
    return navigator.share({ title, url }).then(() => 'shared' as const, () => 'shared' as const); // closing the sheet is an answer
  }
  if (!('clipboard' in navigator)) return 'shown'; // a page that came over plain HTTP
  return navigator.clipboard.writeText(url).then(() => 'copied' as const, () => 'shown' as const);
}
