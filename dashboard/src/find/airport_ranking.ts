/** Which airport a text means. The data has no sizes: that flights go there now is the best sign of a large one. Pure. */
import type { Sky } from '../sky/sky';
import type { Airport } from './fields';

/** How many flights of the sky come from or go to each airport, by its ICAO code. */
export function traffic(sky: Sky): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const slot of sky.slots()) {
    const { origin, destination } = sky.facts[slot]!;
    if (origin !== null) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    if (destination !== null) counts.set(destination, (counts.get(destination) ?? 0) + 1);
  }
  return counts;
}

/** The airport with that very code first, then those of airlines, then the busiest, then by name. */
export function ranked(airports: readonly Airport[], text: string, flights: ReadonlyMap<string, number>): Airport[] {
  const code = text.trim().toUpperCase();
  const exact = ({ icao, iata }: Airport): number => Number(icao === code || iata === code);
  const served = ({ iata }: Airport): number => Number(iata !== null && iata !== '');
  const busy = ({ icao }: Airport): number => flights.get(icao) ?? 0;
  const name = ({ city, name }: Airport): string => city || name;
  return [...airports].sort(
    (a, b) => exact(b) - exact(a) || served(b) - served(a) || busy(b) - busy(a) || name(a).localeCompare(name(b), 'en'),
  );
}
