import { expect, test } from 'vitest';
import type { Link } from '../state/state';
import { agreement, grade, seconds, standing } from './standing';

const FRESH: Link = {
  state: 'live', reason: '', live: true, rate: 1, seeking: false, retryAt: null, losses: 0, digests: 0, desyncs: 0,
};

test.each<[Partial<Link>, number | null, string, string]>([
  [{}, 400, 'good', 'Live'],
  [{}, 8000, 'waiting', 'Waiting'],
  [{ state: 'connecting' }, null, 'waiting', 'Connecting'],
  [{ state: 'resting' }, 90_000, 'waiting', 'Resting'],
  [{ state: 'reconnecting', retryAt: 13_200 }, 65_000, 'bad', 'Reconnecting in 4 s'],
  [{ state: 'reconnecting', retryAt: 9000 }, 65_000, 'bad', 'Reconnecting'],
  [{ state: 'reconnecting' }, 65_000, 'bad', 'Reconnecting'],
  [{ live: false, rate: 10 }, 400, 'past', 'Playing 10×'],
  [{ live: false, rate: 0.5 }, 400, 'past', 'Playing 0.5×'],
  [{ live: false, rate: 0 }, 4900, 'past', 'Paused'],
  [{ live: false, rate: 0 }, 8000, 'waiting', 'Waiting'],
])('%o, changes %o ms ago: %s, %s', (link, since, mood, words) => {
  expect(standing({ ...FRESH, ...link }, since, 10_000)).toEqual({ mood, words });
});

test.each([
  [0, 0, 'not compared yet'],
  [12, 0, '12 of 12 agreed'],
  [11, 1, '11 of 12 agreed, 1 fetched anew'],
])('%i agreed and %i did not: %s', (digests, desyncs, words) => {
  expect(agreement({ ...FRESH, digests, desyncs })).toBe(words);
});

test.each([
  [40, '0.0 s', 'good'],
  [1840, '1.8 s', 'good'],
  [9960, '10 s', 'waiting'],
  [61_200, '61 s', 'bad'],
])('%i ms late is %s, %s', (ms, words, how) => {
  expect([seconds(ms), grade(ms)]).toEqual([words, how]);
});
