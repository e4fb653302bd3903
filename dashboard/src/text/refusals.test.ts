import { expect, test } from 'vitest';
import reference from '../../../docs/reference/sources.md?raw';
import { refusal } from './refusals';

const PLAIN = ['too_long', 'no_address', 'no_time']; // say what they mean

test('each reason the reference knows has words of its own', () => {
  const reasons = [...reference.slice(reference.indexOf('## What is refused')).matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason!);
  expect(reasons).toContain('outranked_value');
  expect(reasons.filter((reason) => refusal(reason) === reason.replaceAll('_', ' ') && !PLAIN.includes(reason))).toEqual([]);
});

test('a reason of a newer server stands as it is', () => {
  expect(refusal('wrong_moon')).toBe('wrong moon');
});
