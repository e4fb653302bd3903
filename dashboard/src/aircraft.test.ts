import { expect, test } from 'vitest';
import { aircraftFeature, altitudeAt, placeAt } from './aircraft';
import { Flights } from './flights';
import type { Flight, Known } from './messages';

function flight(known: Partial<Known>): Flight {
  const flights = new Flights();
  const updated = [{ id: 'a', ...known }];
  flights.apply({ type: 'changes', since: 0, tick: 1, time: 0, view: null, updated, gone: [], more: false });
  const held = flights.get('a');
  if (!held) throw new Error('The flight was not taken.');
  return held;
}

const CRUISE = { lat: 50, lon: 8, ground_speed_kt: 480, track_deg: 90, time: 60_000 };

test('an aircraft is drawn where it is by now, not where it was heard', () => {
  expect(placeAt(flight(CRUISE), 60_000)?.lon).toBeCloseTo(8, 9);
  expect(placeAt(flight(CRUISE), 120_000)?.lon).toBeCloseTo(8.207, 3);
});

test('a position without a time is taken as it is', () => {
  expect(placeAt(flight({ ...CRUISE, time: null }), 120_000)).toEqual({ lat: 50, lon: 8 });
});

test('a flight without a position is not drawn', () => {
  expect(aircraftFeature(flight({ callsign: 'DLH4AB' }), 0, false)).toBeNull();
});

test('latitude and longitude 0 are a position', () => {
  expect(placeAt(flight({ lat: 0, lon: 0 }), 0)).toEqual({ lat: 0, lon: 0 });
});

test('an altitude goes on as the vertical rate says', () => {
  const climbing = flight({ ...CRUISE, altitude_ft: 30_000, geo_altitude_ft: 30_600, vertical_rate_fpm: -1200 });
  expect(altitudeAt(climbing, 90_000)).toBe(29_400);
  expect(altitudeAt(climbing, 90_000, 'geo_altitude_ft')).toBe(30_000);
  expect(altitudeAt(flight({ ...CRUISE, altitude_ft: 30_000 }), 90_000)).toBe(30_000);
  expect(aircraftFeature(climbing, 60_000 + 20 * 60_000, false)?.properties.icon).toBe('jet-4');
});

test('what the map must know of it', () => {
  const known = { ...CRUISE, callsign: 'DLH4AB', altitude_ft: 36_000, emergency: 'general', coasting: true };
  expect(aircraftFeature(flight(known), 60_000, true)?.properties).toEqual({
    id: 'a', icon: 'jet-emergency', track: 90, callsign: 'DLH4AB', coasting: true, emergency: true, selected: true,
  });
});
