import { expect, test } from 'vitest';
import golden from '../../../tests/golden/digest.json';
import { factsHash, flightHash } from './digest';

function words(hex: string): Int32Array {
  return new Int32Array(Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer);
}

test.each(golden.flights)('a flight hashes to $hash, as it does in Python', ({ facts, motion, hash }) => {
  const hashed = flightHash(factsHash(words(facts), 0), words(motion), 0);
  expect((hashed >>> 0).toString(16).padStart(8, '0')).toBe(hash);
});

test('records are found where they begin', () => {
  const { facts, motion, hash } = golden.flights[2]!;
  const both = words(`00000000${facts}${motion}`);
  expect(flightHash(factsHash(both, 1), both, 23) >>> 0).toBe(parseInt(hash, 16));
});
