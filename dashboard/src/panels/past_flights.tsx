/** The other flights of an aircraft: a click shows one with its track, or plays it. */
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app';
import { readFlights, type StoredFlight } from '../sky/stored_flight';
import { clockTime, day } from '../text/moments';
import { nameOf } from './details';

const PAGE = 20;

interface Shown {
  readonly app: App;
  readonly icao24: string;
  /** The flight the details speak of. */
  readonly chosen: string;
  onPlay(flight: StoredFlight): void;
}

export function PastFlights(shown: Shown) {
  const [open, setOpen] = useState(false);
  return (
    <details class="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Flights of this aircraft</summary>
      {open && <List {...shown} />}
    </details>
  );
}

function List({ app, icao24, chosen, onPlay }: Shown) {
  const [flights, setFlights] = useState<readonly StoredFlight[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [trouble, setTrouble] = useState('');
  async function load(cursor: string | null): Promise<void> {
    const page = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `api/v1/aircraft/${encodeURIComponent(icao24)}/flights?limit=${PAGE}${page}`;
    try {
      const answer = readFlights(await app.server.json(path));
      setFlights((before) => [...(cursor === null ? [] : (before ?? [])), ...answer.flights]);
      setNext(answer.next);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  }
  useEffect(() => void load(null), [app, icao24]);
  if (trouble !== '') return <p class="hint">{trouble}</p>;
  if (flights === null) return <p class="hint">Asking the server…</p>;
  if (flights.length === 0) return <p class="hint">None is stored.</p>;
  return (
    <>
      <ul class="past">
        {flights.map((flight) => (
          <li key={flight.id} class={flight.id === chosen ? 'chosen' : ''}>
            <button type="button" class="row" aria-current={flight.id === chosen} onClick={() => app.state.choose(flight.id)}>
              <b>{nameOf(flight)}</b>
              <span>{day(flight.started_at)}, {clockTime(flight.started_at).slice(0, 5)}{duration(flight)}</span>
              <span class="between">{flight.origin ?? '?'} → {flight.destination ?? '?'}</span>
            </button>
            <button type="button" class="play" aria-label={`Play ${nameOf(flight)} of ${day(flight.started_at)}`} title="Play it"
              onClick={() => onPlay(flight)}><span aria-hidden="true">▶</span></button>
          </li>
        ))}
      </ul>
      {next !== null && <button type="button" class="further" onClick={() => void load(next)}>Earlier flights</button>}
    </>
  );
}

function duration({ started_at, ended_at, last_heard }: StoredFlight): string {
  if (ended_at === null) return ' · not ended';
  const minutes = Math.round(((last_heard ?? ended_at) - started_at) / 60_000);
  return minutes < 60 ? ` · ${minutes} min` : ` · ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
}
