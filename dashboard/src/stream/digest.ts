/**
 * The hash of a flight in the digest, as docs/reference/stream-binary.md tells it: over the words of
 * its packed facts from the address on, then of its packed motion without the handle. The digest
 * is the sum of all modulo 2^32. src/aerotrack/core/digest.py has the same lines, and both read the
 * cases of tests/golden/digest.json. All hashes are signed numbers of 32 bits.
 */
import { FACTS, MOTION } from './layout';

const HANDLE_BITS = 0xffffff;
const FACTS_FROM = FACTS.field('address').offset;

/** Of the facts that begin at byte `at`; `flightHash` goes on from there. */
export function factsHash(view: DataView, at: number): number {
  return over(0, view, at + FACTS_FROM, at + FACTS.size);
}

/** Of a flight, from the hash of its facts and the motion that begins at byte `at`. */
export function flightHash(factsHashed: number, view: DataView, at: number): number {
  const first = mixed(factsHashed ^ (view.getInt32(at, true) & ~HANDLE_BITS));
  return over(first, view, at + 4, at + MOTION.size);
}

function over(hash: number, view: DataView, from: number, to: number): number {
  for (let at = from; at < to; at += 4) hash = mixed(hash ^ view.getInt32(at, true));
  return hash;
}

/** fmix32, the finalizer of MurmurHash3 (A. Appleby, public domain). */
function mixed(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
