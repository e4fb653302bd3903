/**
 * The records of motion in packed `changes`: 20,000 of them in a tick, so each is read as the seven words of 32 bits
 * that it is, which its hash is made of too, and its values are cut out of them. Where layout.json has them is held
 * against this by a test.
 */
import type { Sky } from '../sky/sky';
import { HANDLE_BITS, flightHash } from './digest';
import { byHandle } from './handle_order';
import { MOTION, refuse } from './layout';
import { BadMessage } from './messages';

/** What the phase codes of the sky mean. */
export const PHASES = (MOTION.field('phase').labels ?? []) as readonly (string | null)[];

const WORDS = MOTION.size / 4;
const UNKNOWN_16 = -(2 ** 15);
const UNKNOWN_24 = -(2 ** 23);
const UNKNOWN_32 = -(2 ** 31);
const DEGREE = 100_000;

const BLOCK = 256; // records: what is read of them is still at hand when the sky works on it
const slots = new Int32Array(BLOCK);
const hashes = new Int32Array(BLOCK);

/** Writes the records from word `from` to word `to` into the columns of the sky; `now` is the message's time. */
export function readMotion(words: Int32Array, from: number, to: number, now: number, sky: Sky): void {
  const order = byHandle(words, from, to, WORDS);
  for (let first = 0; first < order.length; first += BLOCK) {
    const count = Math.min(BLOCK, order.length - first);
    readBlock(words, order, first, count, now, sky);
    sky.move(slots, hashes, count);
  }
}

function readBlock(words: Int32Array, order: Int32Array, from: number, count: number, now: number, sky: Sky): void {
  const { facts, factsHash, lat, lon, altitude_ft, geo_altitude_ft, ground_speed_kt } = sky;
  const { track_deg, vertical_rate_fpm, time, phase } = sky;
  const [phases, low] = [PHASES.length, now | 0];
  for (let i = 0; i < count; i++) {
    const at = order[from + i]!;
    const first = words[at]!;
    const third = words[at + 3]!;
    const fourth = words[at + 4]!;
    const fifth = words[at + 5]!;
    const slot = first & HANDLE_BITS;
    if ((facts[slot] ?? null) === null) throw new BadMessage(`Motion came for the handle ${slot}, which names no flight.`);
    const code = first >> 24;
    if (code < -1 || code >= phases) refuse('phase', code);
    const north = words[at + 1]!;
    const east = words[at + 2]!;
    const altitude = (third << 8) >> 8;
    const geoAltitude = ((fourth << 16) >> 8) | (third >>> 24);
    const speed = fourth >> 16;
    const track = (fifth << 16) >> 16;
    const rate = fifth >> 16;
    const moment = words[at + 6]!;
    lat[slot] = north === UNKNOWN_32 ? NaN : north / DEGREE;
    lon[slot] = east === UNKNOWN_32 ? NaN : east / DEGREE;
    altitude_ft[slot] = altitude === UNKNOWN_24 ? NaN : altitude;
    geo_altitude_ft[slot] = geoAltitude === UNKNOWN_24 ? NaN : geoAltitude;
    ground_speed_kt[slot] = speed === UNKNOWN_16 ? NaN : speed / 10;
    track_deg[slot] = track === UNKNOWN_16 ? NaN : track / 10;
    vertical_rate_fpm[slot] = rate === UNKNOWN_16 ? NaN : rate;
    time[slot] = moment === UNKNOWN_32 ? NaN : now + ((moment - low) | 0);
    phase[slot] = code;
    slots[i] = slot;
    hashes[i] = flightHash(factsHash[slot]!, words, at);
  }
}
