import { effect } from '@preact/signals';
import { expect, test } from 'vitest';
import { Server } from '../server';
import { AirportBook } from './airports';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('an airport is asked for once, and who asked hears of it', async () => {
  let asked = 0;
  const server = new Server('http://s/', () => Promise.resolve(new Response(JSON.stringify({ icao: `A${++asked}` }))));
  const book = new AirportBook(server, () => undefined);
  const heard: (string | null | undefined)[] = [];
  const stop = effect(() => void heard.push(book.at('fra')?.icao));
  book.at('FRA');
  await settle();
  stop();
  expect(heard).toEqual([undefined, 'A1']);
});

test('a code that nobody has is null, for good', async () => {
  const server = new Server('http://s/', () => Promise.resolve(new Response('{}', { status: 404 })));
  const later: (() => void)[] = [];
  const book = new AirportBook(server, (_, then) => void later.push(then));
  book.at('XXXX');
  await settle();
  expect(book.at('XXXX')).toBeNull();
  expect(later).toEqual([]);
});

test('a server that is away says nothing of the airport: it is asked again', async () => {
  let away = true;
  const server = new Server('http://s/', () => (away ? Promise.reject(new TypeError('away')) : Promise.resolve(new Response('{"icao":"EDDF"}'))));
  const later: (() => void)[] = [];
  const book = new AirportBook(server, (_, then) => void later.push(then));
  book.at('EDDF');
  await settle();
  expect(book.at('EDDF')).toBeUndefined();
  away = false;
  later[0]!();
  await settle();
  expect(book.at('EDDF')?.icao).toBe('EDDF');
});

test('what cannot be a code is not asked for', () => {
  const server = new Server('http://s/', () => Promise.reject(new Error('asked')));
  expect(new AirportBook(server, () => undefined).at('<img src=x>')).toBeNull();
});
