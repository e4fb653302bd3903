/** What the server finds for a text: airports, flights beyond the view, flights of the past. */
import type { App } from '../app';
import { ranked, traffic } from './airport_ranking';
import { placesOf, type Suggestion } from './suggest';

const MOST = 5;
const PLACES = 4;
const AIRPORTS = 40; // asked for, of which the best are shown

interface Told {
  readonly id: string;
  readonly callsign: string | null;
  readonly icao24: string;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly started_at: string;
}

/** Never throws: what cannot be had is left out. */
export async function elsewhere({ server, airports, sky }: App, text: string, outdated: AbortSignal): Promise<Suggestion[]> {
  const value = encodeURIComponent(text);
  const by = /^~?[0-9a-f]{6}$/i.test(text) ? 'icao24' : 'callsign';
  const flights = async (path: string): Promise<readonly Told[]> => ((await server.json(path, outdated)) as { flights: readonly Told[] }).flights;
  const [places, now, past] = await Promise.allSettled([
    airports.beginning(text, AIRPORTS, outdated),
    flights(`api/v1/flights?${by}=${value}&limit=${MOST}`),
    flights(`api/v1/history/flights?${by}=${value}&limit=${MOST}`),
  ]);
  const live = now.status === 'fulfilled' ? now.value.filter(({ id }) => sky.slotOf(id) === undefined) : [];
  const over = past.status === 'fulfilled' ? past.value.filter(({ id }) => sky.slotOf(id) === undefined && !live.some((one) => one.id === id)) : [];
  return [
    ...(places.status === 'fulfilled' ? placesOf(ranked(places.value, text, traffic(sky)).slice(0, PLACES)) : []),
    ...live.map((flight) => row('Beyond the view', flight)),
    ...over.map((flight) => row('Past flights', flight)),
  ];
}

function row(group: string, { id, callsign, icao24, origin, destination, lat, lon, started_at }: Told): Suggestion {
  const way = origin !== null && destination !== null ? `${origin} → ${destination}` : icao24;
  const note = group === 'Past flights' ? `${way} · ${started_at.slice(0, 16).replace('T', ' ')} UTC` : way;
  return { group, title: callsign ?? icao24, note, action: { kind: 'select', flight: id, place: lat !== null && lon !== null ? { lat, lon } : null } };
}
