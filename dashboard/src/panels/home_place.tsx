/** The place that range rings, coverage and distances are about. */
import { batch, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { App } from '../app';
import type { Place } from '../sky/motion';

const WAIT_MS = 15_000;

/** Where nobody has chosen a home, it is where the first receiver stands that the server knows the place of. */
export function useReceiver({ state, feeds }: App): void {
  useEffect(() => {
    feeds.ask().then(
      () => {
        const receiver = feeds.list.peek().find((feed) => feed.receiver)?.receiver;
        if (!receiver) return;
        batch(() => {
          state.receiver.value = receiver;
          state.home.value ??= receiver;
        });
      },
      () => undefined, // the status tells that the server is away
    );
  }, []);
}

export function HomePlace({ app: { state, view } }: { app: App }) {
  const home = state.home.value;
  const trouble = useSignal('');
  function set(place: Place | null): void {
    state.home.value = place;
    trouble.value = '';
  }
  function locate(): void {
    trouble.value = 'Asking the browser.';
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => set({ lat: coords.latitude, lon: coords.longitude }),
      ({ code }) => (trouble.value = code === 1 ? 'The browser may not tell where you are: allow it in its settings.' : 'The browser does not know where you are.'),
      { timeout: WAIT_MS, maximumAge: 600_000 },
    );
  }
  return (
    <>
      <h3>Home</h3>
      <p class="home">{home ? <button type="button" title="Show on the map" onClick={() => view.goTo(home)}>{written(home)}</button> : <span>No place is set.</span>}</p>
      <div class="buttons">
        <button type="button" onClick={() => set({ lat: state.camera.peek().lat, lon: state.camera.peek().lon })}>Set to map centre</button>
        {'geolocation' in navigator && isSecureContext && <button type="button" onClick={locate}>Where I am</button>}
        {home && <button type="button" onClick={() => set(home === state.receiver.value ? null : state.receiver.value)}>Clear</button>}
      </div>
      {trouble.value !== '' && <p class="hint" role="status">{trouble.value}</p>}
    </>
  );
}

function written({ lat, lon }: Place): string {
  return `${Math.abs(lat).toFixed(3)}° ${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(3)}° ${lon < 0 ? 'W' : 'E'}`;
}
