import { expect, test } from 'vitest';
import type { App } from '../app';
import { Server } from '../server';
import { skyOf } from '../sky/sky.fake';
import { AirportBook } from './airports';
import { elsewhere } from './elsewhere';

const SKY = skyOf({ id: 'here', callsign: 'DLH1', origin: 'EDDF' });
const told = (id: string, more = {}) => ({
  id, callsign: 'DLH1', icao24: '3c6444', origin: null, destination: null, lat: null, lon: null, started_at: '2026-11-20T10:20:30Z', ...more,
});

/** An app whose server answers by the beginning of the path; `null` is no answer at all. */
function appOf(answers: Record<string, unknown>): { app: App; asked: string[] } {
  const asked: string[] = [];
  const server = new Server('http://s/', (url) => {
    const path = url.slice('http://s/api/v1/'.length);
    asked.push(path);
    const answer = Object.entries(answers).find(([beginning]) => path.startsWith(beginning))?.[1];
    return answer == null ? Promise.reject(new TypeError('away')) : Promise.resolve(new Response(JSON.stringify(answer)));
  });
  return { app: { server, sky: SKY, airports: new AirportBook(server, () => undefined) } as unknown as App, asked };
}
const NEVER = new AbortController().signal;

test('flights of the sky are left out, those that fly elsewhere are not told again as past ones', async () => {
  const { app } = appOf({
    airports: { airports: [] },
    flights: { flights: [told('here'), told('far', { lat: 1, lon: 2, origin: 'EDDF', destination: 'KJFK' })] },
    'history/flights': { flights: [told('far'), told('old')] },
  });
  expect(await elsewhere(app, 'DLH1', NEVER)).toMatchObject([
    { group: 'Beyond the view', note: 'EDDF → KJFK', action: { flight: 'far', place: { lat: 1, lon: 2 } } },
    { group: 'Past flights', note: '3c6444 · 2026-11-20 10:20 UTC', action: { flight: 'old', place: null } },
  ]);
});

test('what cannot be had is left out, and the rest is shown', async () => {
  const { app } = appOf({ 'history/flights': { flights: [told('old')] } });
  expect((await elsewhere(app, 'DLH1', NEVER)).map(({ group }) => group)).toEqual(['Past flights']);
});

test('six hex digits are asked for as an address, all else as a callsign', async () => {
  const hex = appOf({});
  await elsewhere(hex.app, '3C6444', NEVER);
  expect(hex.asked).toContain('flights?icao24=3C6444&limit=5');
  const words = appOf({});
  await elsewhere(words.app, 'a&b', NEVER);
  expect(words.asked).toContain('flights?callsign=a%26b&limit=5');
});

test('of many airports the busiest is shown first, four at most', async () => {
  const airports = ['KFFT', 'AAAA', 'BBBB', 'CCCC', 'EDDF'].map((icao) => ({
    icao, iata: icao.slice(1), name: icao, city: '', country: 'XX', lat: 0, lon: 0, elevation_ft: null,
  }));
  const { app } = appOf({ airports: { airports } });
  const places = (await elsewhere(app, 'frank', NEVER)).filter(({ group }) => group === 'Places');
  expect(places.map(({ title }) => title)).toEqual(['EDDF', 'AAAA', 'BBBB', 'CCCC']);
});
