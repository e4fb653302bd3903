import { expect, test } from 'vitest';
import { remark, standing, type Standing } from './status';

const FRESH: Standing = { state: 'live', flights: 3, emergencies: 0, sinceAppliedMs: 400, reason: '', digests: 0, desyncs: 0 };

test('live is live, and says how old the picture is', () => {
  expect(standing(FRESH)).toEqual({ mood: 'good', words: 'Live', note: 'updated 0.4 s ago' });
});

test('a connection that has said nothing for long is not called live', () => {
  const quiet = standing({ ...FRESH, sinceAppliedMs: 8000 });
  expect(quiet).toEqual({ mood: 'waiting', words: 'Waiting', note: 'updated 8.0 s ago' });
});

test('a lost connection says so, and how old what is drawn has become', () => {
  const lost: Standing = { ...FRESH, state: 'reconnecting', sinceAppliedMs: 65_000, reason: 'The connection closed.' };
  expect(standing(lost)).toEqual({ mood: 'bad', words: 'Reconnecting', note: 'updated 65 s ago' });
});

test('before anything came there is only the reason', () => {
  const never: Standing = { ...FRESH, state: 'reconnecting', sinceAppliedMs: null, reason: 'The connection closed.' };
  expect(standing(never).note).toBe('The connection closed.');
});

test.each([
  [{}, ''],
  [{ reason: 'West lies beyond 180.' }, 'West lies beyond 180.'],
  [{ digests: 1 }, "The picture was compared with the server's once: never wrong."],
  [
    { reason: 'West lies beyond 180.', digests: 11, desyncs: 1 },
    "West lies beyond 180. The picture was compared with the server's 12 times: wrong once, then fetched anew.",
  ],
])('beside %o it is said: %s', (now, words) => {
  expect(remark({ ...FRESH, ...now })).toBe(words);
});
