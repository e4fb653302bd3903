/** What can be done with a flight: follow it, play it from its start, share its address, take its track away. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import { nameOf, type Seen } from './details';

const FORMATS = [['csv', 'CSV, for a table'], ['geojson', 'GeoJSON'], ['kml', 'KML, for Google Earth'], ['gpx', 'GPX']] as const;
const TOLD_MS = 2500;
const GAP_PX = 6; // between the button and its menu
const ENOUGH_PX = 210; // for the menu, where fingers press it too

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
        <Export address={(format) => app.server.address(`api/v1/flights/${encodeURIComponent(flight.id)}/track?format=${format}`)} name={flight.id} />
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

/** Opens where there is room for it, below or above its button, in front of all panels; arrow keys go through it. */
function Export({ address, name }: { address(format: string): string; name: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const away = (): void => menu.current?.hidePopover(); // its button is elsewhere now
    addEventListener('resize', away);
    return () => removeEventListener('resize', away);
  }, []);
  function place(): void {
    if (!button.current || !menu.current) return; // the browser tells it later: its panel may be closed by then
    button.current.scrollIntoView({ block: 'nearest' }); // the keyboard presses it where it cannot be seen, too
    const { left, right, top, bottom } = button.current.getBoundingClientRect();
    const [above, below] = [top - 2 * GAP_PX, innerHeight - bottom - 2 * GAP_PX];
    const down = below >= ENOUGH_PX || below >= above;
    Object.assign(menu.current.style, {
      top: down ? `${bottom + GAP_PX}px` : 'auto', bottom: down ? 'auto' : `${innerHeight - top + GAP_PX}px`, maxHeight: `${down ? below : above}px`,
      ...(right < 200 ? { left: `${Math.max(GAP_PX, left)}px`, right: 'auto' } : { left: 'auto', right: `${innerWidth - right}px` }),
    });
  }
  function key(event: KeyboardEvent): void {
    const open = menu.current!.matches(':popover-open');
    const links = [...menu.current!.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'Escape' && open) {
      menu.current!.hidePopover();
      button.current!.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!open) menu.current!.showPopover();
      const next = at < 0 && event.key === 'ArrowUp' ? links.length - 1 : at + (event.key === 'ArrowDown' ? 1 : links.length - 1);
      links[next % links.length]!.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the flight stays selected, and the map where it is
  }
  return (
    <div class="export" onKeyDown={key}>
      <button ref={button} type="button" popovertarget="export">Export</button>
      <ul ref={menu} id="export" popover="auto" onBeforeToggle={place} onToggle={place} onClick={() => menu.current!.hidePopover()}>
        {FORMATS.map(([format, words]) => <li key={format}><a href={address(format)} download={`${name}.${format}`}>{words}</a></li>)}
      </ul>
    </div>
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
