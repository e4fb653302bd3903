import { describe, expect, test } from 'vitest';
import { ChainBroken, Flights } from './flights';
import type { Changes } from './messages';

function changes(since: number, tick: number, rest: Partial<Changes> = {}): Changes {
  return { type: 'changes', since, tick, time: 0, view: null, updated: [], gone: [], more: false, ...rest };
}

test('a flight that is new has every key, unknown ones null', () => {
  const flights = new Flights();
  flights.apply(changes(0, 1, { updated: [{ id: 'a', lat: 50, lon: 8 }] }));
  expect(flights.get('a')).toMatchObject({ id: 'a', lat: 50, lon: 8, altitude_ft: null, callsign: null, time: null });
});

describe('an update', () => {
  const after = (update: object): unknown => {
    const flights = new Flights();
    flights.apply(changes(0, 1, { updated: [{ id: 'a', altitude_ft: 900, track_deg: 270, squawk: '7700' }] }));
    flights.apply(changes(1, 2, { updated: [{ id: 'a', ...update }] }));
    return flights.get('a');
  };

  test('leaves what it does not name', () => {
    expect(after({ altitude_ft: 1000 })).toMatchObject({ altitude_ft: 1000, track_deg: 270, squawk: '7700' });
  });

  test('with null says a value is no longer known', () => {
    expect(after({ squawk: null })).toMatchObject({ squawk: null, altitude_ft: 900 });
  });

  test('with 0 says 0', () => {
    expect(after({ altitude_ft: 0, track_deg: 0 })).toMatchObject({ altitude_ft: 0, track_deg: 0 });
  });
});

test('a gone flight is dropped, and one that was never held is no mistake', () => {
  const flights = new Flights();
  flights.apply(changes(0, 1, { updated: [{ id: 'a' }, { id: 'b' }] }));
  flights.apply(changes(1, 2, { gone: ['a', 'never'] }));
  expect(flights.ids()).toEqual(['b']);
});

test('since 0 forgets everything first', () => {
  const flights = new Flights();
  flights.apply(changes(0, 5, { updated: [{ id: 'a', squawk: '1000' }, { id: 'b' }] }));
  flights.apply(changes(0, 3, { updated: [{ id: 'a' }] }));
  expect(flights.ids()).toEqual(['a']);
  expect(flights.get('a')?.squawk).toBeNull();
  expect(flights.tick).toBe(3);
});

describe('the chain', () => {
  test('goes on where it ended, whatever numbers are skipped', () => {
    const flights = new Flights();
    flights.apply(changes(0, 10));
    flights.apply(changes(10, 13));
    flights.apply(changes(13, 14));
    expect(flights.tick).toBe(14);
  });

  test('with a hole is refused and changes nothing', () => {
    const flights = new Flights();
    flights.apply(changes(0, 10, { updated: [{ id: 'a' }] }));
    expect(() => flights.apply(changes(11, 12, { gone: ['a'] }))).toThrow(
      new ChainBroken('Changes since tick 11 came after tick 10: some are missing.'),
    );
    expect(flights.ids()).toEqual(['a']);
    expect(flights.tick).toBe(10);
  });

  test('cannot begin in the middle', () => {
    expect(() => new Flights().apply(changes(4, 5))).toThrow(ChainBroken);
  });
});

describe('a tick in parts', () => {
  test('is applied with its last part, not before', () => {
    const flights = new Flights();
    flights.apply(changes(0, 1, { updated: [{ id: 'old' }] }));
    expect(flights.apply(changes(0, 2, { updated: [{ id: 'a' }], more: true }))).toBe(false);
    expect(flights.ids()).toEqual(['old']);
    expect(flights.apply(changes(0, 2, { updated: [{ id: 'b' }] }))).toBe(true);
    expect(flights.ids()).toEqual(['a', 'b']);
  });

  test('does not forget its own first part', () => {
    const flights = new Flights();
    flights.apply(changes(0, 2, { updated: [{ id: 'a' }], more: true }));
    flights.apply(changes(0, 2, { updated: [{ id: 'b' }], more: true }));
    flights.apply(changes(0, 2, { updated: [{ id: 'c' }] }));
    expect(flights.size).toBe(3);
  });

  test('is refused when another tick comes before its end', () => {
    const flights = new Flights();
    flights.apply(changes(0, 1));
    flights.apply(changes(1, 2, { more: true }));
    expect(() => flights.apply(changes(1, 3))).toThrow(ChainBroken);
  });

  test('that broke off with its connection is no part of the next', () => {
    const flights = new Flights();
    flights.apply(changes(0, 2, { updated: [{ id: 'half' }], more: true }));
    flights.dropParts();
    flights.apply(changes(0, 4, { updated: [{ id: 'whole' }] }));
    expect(flights.ids()).toEqual(['whole']);
  });
});
