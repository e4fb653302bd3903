import { expect, test } from 'vitest';
import { Flights } from './flights';
import { Selection } from './selection';

function apply(flights: Flights, since: number, gone: string[] = []): void {
  const updated = since === 0 ? [{ id: 'a', callsign: 'DLH4AB' }] : [];
  flights.apply({ type: 'changes', since, tick: since + 1, time: 0, view: null, updated, gone, more: false });
}

test('a selected flight that left the picture keeps its last values', () => {
  const flights = new Flights();
  apply(flights, 0);
  const selection = new Selection(flights);
  selection.choose('a');
  expect([selection.present, selection.flight?.callsign]).toEqual([true, 'DLH4AB']);
  apply(flights, 1, ['a']);
  expect([selection.present, selection.flight?.callsign]).toEqual([false, 'DLH4AB']);
});

test('nothing selected is no flight', () => {
  const selection = new Selection(new Flights());
  expect([selection.id, selection.present, selection.flight]).toEqual([null, false, null]);
});

test('another choice does not inherit the values of the one before', () => {
  const flights = new Flights();
  apply(flights, 0);
  const selection = new Selection(flights);
  selection.choose('a');
  expect(selection.flight?.id).toBe('a');
  selection.choose('b');
  expect(selection.flight).toBeNull();
});
