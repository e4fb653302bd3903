import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { FlightEvent } from '../stream/messages';
import { nameBook } from './event_names';

const event = (flight: string): FlightEvent => ({ type: 'event', id: flight, kind: 'landing', flight, time: 0, more: {} });
const nowhere = (): boolean => false;

test('names of flights that are not here are asked for, each aircraft once', async () => {
  const asked: string[] = [];
  const names = signal<ReadonlyMap<string, string>>(new Map());
  const name = nameBook({
    json(path) {
      asked.push(path);
      return Promise.resolve({ flights: path.includes('history') ? [{ id: 'aa-1', callsign: 'DLH1' }, { id: 'aa-9', callsign: 'OTHER' }] : [{ id: 'bb-2', callsign: null }] });
    },
  }, names);
  const events = [event('aa-1'), event('bb-2'), event('cc-3')];
  await name(events, (flight) => flight === 'cc-3');
  await name(events, (flight) => flight === 'cc-3');
  expect(asked).toEqual(['api/v1/flights?icao24=aa,bb&limit=200', 'api/v1/history/flights?icao24=aa,bb&limit=200']);
  expect([...names.value]).toEqual([['aa-1', 'DLH1']]);
});

test('a server without a history still names what it knows', async () => {
  const names = signal<ReadonlyMap<string, string>>(new Map());
  const name = nameBook({
    json: (path) => (path.includes('history') ? Promise.reject(new Error('no')) : Promise.resolve({ flights: [{ id: 'aa-1', callsign: 'EIN2' }] })),
  }, names);
  await name([event('aa-1')], nowhere);
  expect(names.value.get('aa-1')).toBe('EIN2');
});

test('a long list is asked for in parts', async () => {
  const asked: string[] = [];
  const name = nameBook({ json: (path) => { asked.push(path); return Promise.resolve({ flights: [] }); } }, signal(new Map()));
  const events = Array.from({ length: 50 }, (_, i) => event(`a${i}-1`));
  await name(events, nowhere);
  await name(events, nowhere);
  expect(asked.filter((path) => !path.includes('history')).map((path) => path.split(',').length)).toEqual([40, 10]);
});
