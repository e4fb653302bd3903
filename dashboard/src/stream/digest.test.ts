import { expect, test } from 'vitest';
import golden from '../../../tests/golden/digest.json';
import { factsHash, flightHash } from './digest';

function bytes(hex: string): DataView {
  return new DataView(Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer);
}

test.each(golden.flights)('a flight hashes to $hash, as it does in Python', ({ facts, motion, hash }) => {
  const hashed = flightHash(factsHash(bytes(facts), 0), bytes(motion), 0);
  expect((hashed >>> 0).toString(16).padStart(8, '0')).toBe(hash);
});

test('records are found where they begin', () => {
  const { facts, motion, hash } = golden.flights[2]!;
  const both = bytes(`00000000${facts}${motion}`);
  expect(flightHash(factsHash(both, 4), both, 92) >>> 0).toBe(parseInt(hash, 16));
});
