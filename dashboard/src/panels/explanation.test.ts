import { expect, test } from 'vitest';
import { readExplanation } from './explanation';

test('each value has its feed, its age and the rivals that were refused', () => {
  const explain = { altitude_ft: { feed: 'roof', age_s: 0.4, refused: [{ feed: 'net', reason: 'stale' }] }, squawk: { feed: 'net', age_s: 12, refused: [] } };
  expect(readExplanation({ explain })).toEqual([
    { name: 'altitude_ft', feed: 'roof', age_s: 0.4, refused: 'net: stale' },
    { name: 'squawk', feed: 'net', age_s: 12, refused: '' },
  ]);
});

test('refused may be a count or names, and members may be missing', () => {
  expect(readExplanation({ explain: { a: { refused: 3 }, b: { refused: ['net', 'sat'] }, c: {} } })?.map(({ refused }) => refused))
    .toEqual(['3', 'net, sat', '']);
});

test('a server that explains nothing is not an error', () => {
  expect([readExplanation({ id: 'a' }), readExplanation(null), readExplanation({ explain: [] })]).toEqual([null, null, null]);
});
