import { expect, test } from 'vitest';
import { aircraftFeature, placeAt } from './aircraft';
import { Flights, type HeldFlight } from './flights';
import type { Known } from './messages';

function flight(known: Partial<Known>): HeldFlight {
  const flights = new Flights();
  const updated = [{ id: 'a', ...known }];
  flights.apply({ type: 'changes', since: 0, tick: 1, time: 0, view: null, updated, gone: [], more: false });
  const held = flights.get('a');
  if (!held) throw new Error('The flight was not taken.');
  return held;
}

const CRUISE = { lat: 50, lon: 8, ground_speed_kt: 480, track_deg: 90, time: '1970-01-01T00:01:00Z' };

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

test('what the map must know of it', () => {
  const known = { ...CRUISE, callsign: 'DLH4AB', altitude_ft: 36_000, emergency: 'general', coasting: true };
  expect(aircraftFeature(flight(known), 60_000, true)?.properties).toEqual({
    id: 'a', icon: 'jet-emergency', track: 90, callsign: 'DLH4AB', coasting: true, emergency: true, selected: true,
  });
});
