import { expect, test } from 'vitest';
import { Sky, type Change } from '../sky/sky';
import { tell } from '../sky/sky.fake';
import { Latency } from './latency';

function moved(sky: Sky, ...times: number[]): Change {
  const change = tell(sky, times.map((time, n) => ({ id: `4ca2d${n}-6740a31c`, time })));
  return { ...change, told: [] };
}

test('is the age of what moved, when it is drawn', () => {
  const sky = new Sky();
  const latency = new Latency();
  latency.take(moved(sky, 1000, 1200, 1900), false, sky, true);
  expect(latency.drawn(2000, 50)).toEqual({ median: 800, worst: 1000 });
});

test('is smoothed, and the worst is remembered for a minute', () => {
  const sky = new Sky();
  const latency = new Latency();
  latency.take(moved(sky, 1000), false, sky, true);
  latency.drawn(2000, 0);
  latency.take(moved(sky, 61_500), false, sky, true);
  expect(latency.drawn(62_000, 60_000)).toEqual({ median: 900, worst: 1000 });
  latency.take(moved(sky, 62_500), false, sky, true);
  expect(latency.drawn(63_000, 61_000)?.worst).toBe(500);
});

test('a frame without news keeps it for a while, then there is nothing to say', () => {
  const sky = new Sky();
  const latency = new Latency();
  latency.take(moved(sky, 1000), false, sky, true);
  latency.drawn(1400, 0);
  expect(latency.drawn(9000, 19_000)?.median).toBe(400);
  expect(latency.drawn(30_000, 21_000)).toBeNull();
});

test('a position that only comes again with other facts is not late', () => {
  const sky = new Sky();
  const latency = new Latency();
  const change = moved(sky, 1000);
  latency.take({ ...change, told: change.moved }, false, sky, true);
  expect(latency.drawn(20_000, 0)).toBeNull();
});

test('a fresh picture and the past say nothing', () => {
  const sky = new Sky();
  const latency = new Latency();
  latency.take(moved(sky, 1000), true, sky, true);
  expect(latency.drawn(2000, 0)).toBeNull();
  latency.take(moved(sky, 1000), false, sky, true);
  latency.take(moved(sky, 1000), false, sky, false);
  expect(latency.drawn(2000, 0)).toBeNull();
});

test('what came while nobody looked is not late', () => {
  const sky = new Sky();
  const latency = new Latency();
  for (let second = 1; second < 30; second++) latency.take(moved(sky, second * 1000), false, sky, true);
  latency.unseen();
  latency.take(moved(sky, 29_800), false, sky, true);
  expect(latency.drawn(30_000, 30_000)).toEqual({ median: 200, worst: 200 });
});
