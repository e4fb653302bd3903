/**
 * The hash of a flight in the digest, as docs/reference/stream-binary.md tells it: over the words of
 * its packed facts from the address on, then of its packed motion without the handle. The digest
 * is the sum of all modulo 2^32. src/aerotrack/core/digest.py has the same lines, and both read the
 * cases of tests/golden/digest.json. All hashes are signed numbers of 32 bits.
 */
import { FACTS, MOTION } from './layout';

/** Of the first word of a record of motion: the handle, which no hash covers. */
export const HANDLE_BITS = 0xffffff;
const FACTS_FROM = FACTS.field('address').offset / 4;
const FACTS_WORDS = FACTS.size / 4;
const MOTION_WORDS = MOTION.size / 4;

/** Of the facts that begin at word `at`; `flightHash` goes on from there. */
export function factsHash(words: Int32Array, at: number): number {
  let hash = 0;
  for (let i = at + FACTS_FROM; i < at + FACTS_WORDS; i++) hash = mixed(hash ^ words[i]!);
  return hash;
}

/** Of a flight, from the hash of its facts and the motion that begins at word `at`. */
export function flightHash(factsHashed: number, words: Int32Array, at: number): number {
  let hash = mixed(factsHashed ^ (words[at]! & ~HANDLE_BITS));
  for (let i = at + 1; i < at + MOTION_WORDS; i++) hash = mixed(hash ^ words[i]!);
  return hash;
}

/** fmix32, the finalizer of MurmurHash3 (A. Appleby, public domain). */
function mixed(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
