/** Values as a person reads them. What is not known is a dash, and never a 0. */
import type { Units } from '../state/state';
import { measured } from './units';

const DASH = '–';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** A height that was given in feet. */
export function feet(value: number | null, units: Units = 'aviation'): string {
  return value === null ? DASH : measured(value, 'altitude', units);
}

export function altitude(value: number | null, onGround: boolean | null, units: Units = 'aviation'): string {
  return onGround === true ? 'on ground' : feet(value, units);
}

/** A speed that was given in knots. */
export function knots(value: number | null, units: Units = 'aviation'): string {
  return value === null ? DASH : measured(value, 'speed', units);
}

/** A distance that was given in metres. */
export function distance(value: number | null, units: Units = 'aviation'): string {
  return value === null ? DASH : measured(value, 'distance', units);
}

export function degrees(value: number | null): string {
  return value === null ? DASH : `${String(Math.round(value) % 360).padStart(3, '0')}°`;
}

/** Arrows beside the sign: climbing and sinking must not be told apart by colour alone. */
export function climb(value: number | null, units: Units = 'aviation'): string {
  if (value === null) return DASH;
  if (Math.abs(value) < 100) return 'level';
  return `${value > 0 ? '↑' : '↓'} ${measured(Math.abs(value), 'climb', units)}`;
}

export function text(value: string | null): string {
  return value === null || value.trim() === '' ? DASH : value;
}

/** How long ago; a clock a little ahead of the data is "now", not a negative age. */
export function age(ms: number | null): string {
  if (ms === null) return DASH;
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

const EMERGENCIES: Record<string, string> = {
  general: 'General emergency',
  medical: 'Medical emergency',
  minimum_fuel: 'Minimum fuel',
  no_radio: 'No radio',
  unlawful: 'Unlawful interference',
  downed: 'Aircraft downed',
};

export function emergency(value: string): string {
  return EMERGENCIES[value] ?? `Emergency: ${value}`;
}
