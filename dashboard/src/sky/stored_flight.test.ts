import { expect, test } from 'vitest';
import { readFlight, readFlights } from './stored_flight';

const ROW = {
  id: '3c6444-00000000', icao24: '3c6444', callsign: 'DLH1', lat: 0, lon: 8.5, altitude_ft: 0, on_ground: true,
  time: '1970-01-01T00:01:00Z', started_at: '1970-01-01T00:00:00Z', ended_at: null,
};

test('times are milliseconds, 0 is a value, and what is missing is not known', () => {
  const flight = readFlight(ROW);
  expect(flight).toMatchObject({ callsign: 'DLH1', lat: 0, altitude_ft: 0, on_ground: true, time: 60_000, started_at: 0 });
  expect([flight.ended_at, flight.squawk, flight.ground_speed_kt, flight.coasting]).toEqual([null, null, null, null]);
});

test('a problem is no flight', () => {
  expect(() => readFlight({ title: 'Not found', status: 404 })).toThrow('The answer is no flight.');
  expect(() => readFlight(null)).toThrow('The answer is no flight.');
});

test('a page has its flights and where the next begins', () => {
  expect(readFlights({ flights: [ROW], next: 'abc' })).toMatchObject({ flights: [{ id: '3c6444-00000000' }], next: 'abc' });
  expect(() => readFlights({})).toThrow('The answer came without a list of flights.');
});
