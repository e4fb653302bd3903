/** Where a flight comes from and goes to, and how far it has come. */
import type { App } from '../app';
import { distanceM, progress } from '../sky/great_circle';
import type { Place } from '../sky/motion';
import { distance } from '../text/format';
import type { Seen } from './details';

const KNOT_MPS = 0.514444;

export function Route({ app, seen: { flight, present } }: { app: App; seen: Seen }) {
  if (flight.origin === null && flight.destination === null) return null;
  const origin = flight.origin === null ? null : (app.airports.at(flight.origin) ?? null);
  const destination = flight.destination === null ? null : (app.airports.at(flight.destination) ?? null);
  const slot = present ? app.sky.slotOf(flight.id) : undefined;
  const here = slot === undefined ? placeOf(flight) : app.sky.placeAt(slot, app.now());
  const part = origin && destination && here ? progress(origin, here, destination) : null;
  const left = destination && here ? distanceM(here, destination) : null;
  const units = app.state.units.value;
  return (
    <div class="route">
      <div class="codes">
        <b>{origin?.iata ?? flight.origin ?? '?'}</b>
        <span class={part === null ? 'leg unknown' : 'leg'} style={{ '--done': `${((part ?? 0.5) * 100).toFixed(1)}%` }} />
        <b>{destination?.iata ?? flight.destination ?? '?'}</b>
      </div>
      <div class="airports">
        <span>{origin ? placeName(origin) : ''}</span>
        <span>{destination ? placeName(destination) : ''}</span>
      </div>
      {part !== null && left !== null && (
        <p class="way">
          {Math.round(part * 100)} % of the way · {distance(left, units)} to go{present ? hours(left, flight.ground_speed_kt) : ''}
        </p>
      )}
    </div>
  );
}

function placeOf({ lat, lon }: { lat: number | null; lon: number | null }): Place | null {
  return lat === null || lon === null ? null : { lat, lon };
}

/** The town, unless the airport's name says it already. */
function placeName({ name, city }: { name: string; city: string }): string {
  const plain = name.replace(/\s+(International\s+)?Airport$/i, '');
  return city === '' || plain.toLowerCase().startsWith(city.toLowerCase()) ? plain : `${city}, ${plain}`;
}

/** How long that takes at the speed of now. */
function hours(metres: number, speedKt: number | null): string {
  if (speedKt === null || speedKt < 50) return '';
  const minutes = Math.round(metres / (speedKt * KNOT_MPS) / 60);
  return minutes < 60 ? `, ${minutes} min` : `, ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
