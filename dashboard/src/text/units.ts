/** Values in the units the person chose. Within the program everything is in those of aviation, and distances in metres. */
import type { Units } from '../state/state';

/** What is measured: an altitude in ft, a speed in kt, a climb in ft/min, a distance in m. */
export type Quantity = 'altitude' | 'speed' | 'climb' | 'distance';

/** A unit, and what one of our own is in it. */
export interface Unit {
  readonly name: string;
  readonly factor: number;
}

const FOOT_M = 0.3048;
const KNOT_KMH = 1.852;
const MILE_M = 1609.344;

const UNITS: Record<Units, Record<Quantity, Unit>> = {
  aviation: {
    altitude: { name: 'ft', factor: 1 },
    speed: { name: 'kt', factor: 1 },
    climb: { name: 'ft/min', factor: 1 },
    distance: { name: 'NM', factor: 1 / 1852 },
  },
  metric: {
    altitude: { name: 'm', factor: FOOT_M },
    speed: { name: 'km/h', factor: KNOT_KMH },
    climb: { name: 'm/s', factor: FOOT_M / 60 },
    distance: { name: 'km', factor: 1 / 1000 },
  },
  imperial: {
    altitude: { name: 'ft', factor: 1 },
    speed: { name: 'mph', factor: (KNOT_KMH * 1000) / MILE_M },
    climb: { name: 'ft/min', factor: 1 },
    distance: { name: 'mi', factor: 1 / MILE_M },
  },
};

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export function unitOf(quantity: Quantity, units: Units): Unit {
  return UNITS[units][quantity];
}

/** A number and its unit. Small distances and metric climbs have a tenth, as whole ones would tell too little. */
export function measured(value: number, quantity: Quantity, units: Units): string {
  const { name, factor } = unitOf(quantity, units);
  const number = value * factor;
  const fine = quantity === 'distance' ? Math.abs(number) < 10 : quantity === 'climb' && factor < 1;
  return `${fine ? tenths.format(number) : whole.format(Math.round(number) + 0)} ${name}`; // adding 0 makes 0 of -0
}
