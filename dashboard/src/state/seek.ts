/** Finds the flights of aircraft that a link names by their address or registration: those now in the air, else their newest. */
import type { Place } from '../sky/motion';
import type { Server } from '../server';
import type { Sought } from './tar1090';

export interface Found {
  readonly ids: readonly string[];
  /** Where the last of them is. */
  readonly place: Place | null;
}

interface Told {
  readonly id: string;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** What is not known is left out. Never throws. */
export async function seek({ icao24, registrations }: Sought, server: Pick<Server, 'json'>): Promise<Found> {
  const answers = await Promise.all([
    ...icao24.map((address) => ofAircraft(address, server)),
    ...(registrations.length > 0 ? [ofRegistrations(registrations, server)] : []),
  ]);
  const flights = answers.flat();
  const last = flights.at(-1);
  const place = last && last.lat !== null && last.lon !== null ? { lat: last.lat, lon: last.lon } : null;
  return { ids: [...new Set(flights.map(({ id }) => id))], place };
}

async function ofAircraft(address: string, server: Pick<Server, 'json'>): Promise<Told[]> {
  try {
    const { live, newest } = (await server.json(`api/v1/aircraft/${encodeURIComponent(address)}`)) as { live: Told | null; newest: Told | null };
    const flight = live ?? newest;
    return flight ? [flight] : [];
  } catch {
    return []; // never heard of
  }
}

async function ofRegistrations(registrations: readonly string[], server: Pick<Server, 'json'>): Promise<Told[]> {
  try {
    const { flights } = (await server.json(`api/v1/flights?registration=${registrations.map(encodeURIComponent).join(',')}`)) as { flights: Told[] };
    return flights;
  } catch {
    return [];
  }
}
