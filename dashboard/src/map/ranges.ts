/** Range rings: how far they are from home, and their shapes. */
import type { Feature } from 'geojson';
import type { Place } from '../sky/motion';
import type { Units } from '../state/state';
import { unitOf } from '../text/units';
import { circle, destination } from './great_circle_shapes';

/** In the unit of distance the person has chosen. */
export const RANGES = [50, 100, 150, 200, 250];

/** The rings, their names where they cross the north, and home in the middle. */
export function rangeRings(home: Place, units: Units): Feature[] {
  const { name, factor } = unitOf('distance', units);
  const features: Feature[] = [{ type: 'Feature', properties: { home: true }, geometry: { type: 'Point', coordinates: [home.lon, home.lat] } }];
  for (const range of RANGES) {
    const metres = range / factor;
    const major = range % 100 === 0;
    features.push({ type: 'Feature', properties: { major }, geometry: { type: 'LineString', coordinates: circle(home, metres) } });
    const { lat, lon } = destination(home, 0, metres);
    features.push({ type: 'Feature', properties: { text: `${range} ${name}` }, geometry: { type: 'Point', coordinates: [lon, lat] } });
  }
  return features;
}
