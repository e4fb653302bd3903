import { expect, test } from 'vitest';
import { WINDOWS, along, flightsAt, marks, momentAt, nudge, outline, readTraffic, stretchOf, type Traffic } from './histogram';

const [HOUR, , , , ALL] = WINDOWS;
const PRESENT = Date.UTC(2026, 10, 22, 20);
const TRAFFIC: Traffic = {
  from: 0, to: 3000, stepMs: 1000, earliest: 0,
  bars: [{ time: 0, flights: 5 }, { time: 1000, flights: 0 }, { time: 2000, flights: 10 }],
};

test('the bar ends with the present while the moment is on it', () => {
  const hour = { from: PRESENT - 3_600_000, to: PRESENT };
  expect(stretchOf(HOUR, null, PRESENT, null)).toEqual(hour);
  expect(stretchOf(HOUR, PRESENT - 3_600_000, PRESENT, null)).toEqual(hour);
});

test('the bar goes to a moment that lies before it', () => {
  const at = PRESENT - 86_400_000;
  expect(stretchOf(HOUR, at, PRESENT, null)).toEqual({ from: at - 1_800_000, to: at + 1_800_000 });
});

test('all is from the earliest moment on, and never less than ten minutes', () => {
  expect(stretchOf(ALL, null, PRESENT, PRESENT - 7_200_000).from).toBe(PRESENT - 7_200_000);
  expect(stretchOf(ALL, null, PRESENT, PRESENT - 1000).from).toBe(PRESENT - 600_000);
  expect(stretchOf(ALL, null, PRESENT, null).from).toBe(PRESENT - 3_600_000);
});

test('a place on the bar is a moment, to the second, and the other way round', () => {
  const hour = stretchOf(HOUR, null, PRESENT, null);
  expect(momentAt(hour, 0.5)).toBe(PRESENT - 1_800_000);
  expect(momentAt(hour, 1.2)).toBe(PRESENT);
  expect(along(hour, PRESENT - 1_800_000)).toBe(0.5);
  expect(along(hour, PRESENT - 9_999_999)).toBe(0);
});

test('a key moves by what the bar can show', () => {
  expect(nudge(HOUR, { from: 0, to: 3_600_000 })).toBe(60_000);
  expect(nudge(ALL, { from: 0, to: 1000 })).toBe(60_000);
  expect(nudge(ALL, { from: 0, to: 100 * 3_600_000 })).toBe(3_600_000);
});

test('the busiest bar is the highest, and no traffic is no bar', () => {
  const path = outline(TRAFFIC, { from: 0, to: 3000 });
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path).toContain('M0.0 100V52.0');
  expect(path).toContain('M666.7 100V4.0');
});

test('bars beside the stretch that is shown are left out', () => {
  expect(outline(TRAFFIC, { from: 1000, to: 2000 })).toBe('');
});

test('a moment has the flights of its step', () => {
  expect([0, 999, 1000, 2999].map((at) => flightsAt(TRAFFIC, at))).toEqual([5, 5, 0, 10]);
  expect([flightsAt(TRAFFIC, 3000), flightsAt(TRAFFIC, -1), flightsAt(null, 0)]).toEqual([null, null, null]);
});

test('marks are at round times of the place one is in', () => {
  const half = 30 * 60_000;
  const found = marks({ from: PRESENT - 6 * 3_600_000, to: PRESENT }, 6, half).map(({ at }) => (at + half) % 3_600_000);
  expect(found).toEqual([0, 0, 0, 0, 0, 0]);
  expect(marks({ from: PRESENT - 7 * 86_400_000, to: PRESENT }, 7, 0).every(({ days }) => days)).toBe(true);
});

test('the answer of the server is read', () => {
  const answer = {
    from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:03.000Z', step: 1, earliest: '1970-01-01T00:00:00.000Z',
    traffic: TRAFFIC.bars.map(({ time, flights }) => ({ time: new Date(time).toISOString(), flights })),
  };
  expect(readTraffic(answer)).toEqual(TRAFFIC);
  expect(readTraffic({ ...answer, earliest: null }).earliest).toBeNull();
  expect(() => readTraffic({ ...answer, from: 'soon' })).toThrow('which is not a time');
});
