/** Files of the person's own, on the map. */
import { useRef } from 'preact/hooks';
import type { Overlays } from '../map/overlays';
import { Sign } from './layer_icons';

export function OwnFiles({ overlays }: { overlays: Overlays }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <h3>Your files</h3>
      <ul class="files">
        {overlays.list.value.map(({ id, name, shown }) => (
          <li key={id}>
            <button type="button" aria-pressed={shown} aria-label={`Show ${name}`} title={shown ? 'Hide' : 'Show'} onClick={() => overlays.show(id, !shown)}>
              <Sign name={shown ? 'shown' : 'hidden'} />
            </button>
            <span title={name}>{name}</span>
            <button type="button" aria-label={`Remove ${name}`} title="Remove" onClick={() => overlays.remove(id)}><Sign name="close" /></button>
          </li>
        ))}
      </ul>
      {overlays.trouble.value !== '' && <p class="hint" role="alert">{overlays.trouble.value}</p>}
      <div class="buttons">
        <button type="button" onClick={() => input.current?.click()}><Sign name="add" />GeoJSON or PMTiles</button>
      </div>
      <input
        ref={input} type="file" multiple hidden aria-label="Files to show on the map" accept=".geojson,.json,.pmtiles,application/geo+json"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files) void overlays.add([...files]).then(() => input.current && (input.current.value = ''));
        }}
      />
      <p class="small">Or drop a file on the map. Files stay in this browser: nothing is uploaded.</p>
    </>
  );
}
