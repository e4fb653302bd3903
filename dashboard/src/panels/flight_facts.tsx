/** The lines of the details: what a flight is, where its values come from, and where it is from home. */
import type { App } from '../app';
import { bearingDeg, distanceM } from '../sky/great_circle';
import { category, positionSource } from '../text/aircraft_words';
import { age, degrees, distance, feet, text } from '../text/format';
import { clockTime, day } from '../text/moments';
import type { Seen } from './details';

export function FlightFacts({ app, seen: { flight, present } }: { app: App; seen: Seen }) {
  const units = app.state.units.value;
  const now = app.now();
  const slot = present ? app.sky.slotOf(flight.id) : undefined;
  const here = slot === undefined ? null : app.sky.placeAt(slot, now);
  const reckoned = slot === undefined ? NaN : app.sky.altitudeAt(slot, now, 'geo_altitude_ft');
  const home = app.state.home.value;
  const lines: readonly (readonly [name: string, value: string | null])[] = [
    ['Phase', flight.phase],
    ['Altitude above ellipsoid', feet(Number.isNaN(reckoned) ? flight.geo_altitude_ft : reckoned, units)],
    ['Category', category(flight.category) ?? flight.category],
    ['Position from', positionSource(flight.position_source)],
    ['Feed', flight.feed],
    ['Integrity', integrity(flight.nic, flight.nac_p)],
    ['From home', home && here ? `${distance(distanceM(home, here), units)}, ${degrees(bearingDeg(home, here))}` : null],
    ['First heard', moment(flight.started_at, now)],
    ['Last heard', present && flight.last_heard !== null ? `${age(now - flight.last_heard)} ago` : moment(flight.last_heard, now)],
    ['Flight', flight.id],
  ];
  const told = lines.filter(([, value]) => value !== null && text(value) !== '–');
  return (
    <dl class="lines">
      {told.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function integrity(nic: number | null, nacP: number | null): string | null {
  const parts = [nic === null ? null : `NIC ${nic}`, nacP === null ? null : `NACp ${nacP}`].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ');
}

/** The time, and the day where it is another than that of `now`. */
function moment(at: number | null, now: number): string | null {
  if (at === null) return null;
  return day(at) === day(now) ? clockTime(at) : `${day(at)}, ${clockTime(at)}`;
}
