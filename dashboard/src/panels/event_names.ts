/** Callsigns of flights that events tell of and the sky does not hold: asked of the server, each once. */
import type { Signal } from '@preact/signals';
import type { Server } from '../server';
import type { FlightEvent } from '../stream/messages';
import { addressOf } from './happenings';

const MOST = 40; // aircraft of one question

type Names = ReadonlyMap<string, string>;

/** Returns what is to be called with the events shown. What cannot be had is left out: the address stands for it. */
export function nameBook(server: Pick<Server, 'json'>, names: Signal<Names>): (events: readonly FlightEvent[], isHere: (flight: string) => boolean) => Promise<void> {
  const asked = new Set<string>();
  return async (events, isHere) => {
    const wanted = new Set<string>();
    for (const { flight } of events) {
      if (!asked.has(flight) && !isHere(flight) && wanted.size < MOST) wanted.add(flight);
    }
    if (wanted.size === 0) return;
    for (const flight of wanted) asked.add(flight);
    const address = [...new Set([...wanted].map(addressOf))].map(encodeURIComponent).join();
    const answers = await Promise.allSettled(
      ['api/v1/flights', 'api/v1/history/flights'].map((path) => server.json(`${path}?icao24=${address}&limit=200`)),
    );
    const found = new Map(names.peek());
    for (const answer of answers) {
      if (answer.status !== 'fulfilled') continue;
      for (const { id, callsign } of (answer.value as { flights: readonly { id: string; callsign: string | null }[] }).flights) {
        if (wanted.has(id) && callsign !== null && callsign.trim() !== '') found.set(id, callsign);
      }
    }
    if (found.size > names.peek().size) names.value = found;
  };
}
