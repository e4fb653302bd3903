/**
 * The packed `changes`, as docs/reference/stream-binary.md lays them out, written straight into the
 * columns of the sky. Where each value of the facts sits is in layout.json; from that a reader is made
 * for each column once. Motion, which comes 20,000 times in a tick, is read in packed_motion.ts.
 */
import type { Facts } from '../sky/flight';
import type { Change, Sky } from '../sky/sky';
import { factsHash } from './digest';
import { byHandle } from './handle_order';
import { FACTS, MOTION, amount, labelled, moment, refuse, text, whole, type Part } from './layout';
import { BadMessage } from './messages';
import { readMotion } from './packed_motion';

export { PHASES } from './packed_motion';

const KIND = 1;
const MORE = 1;
const HEAD_BYTES = 32;
const LATEST_MS = 8.64e15; // as far as JavaScript's dates go
const NON_ICAO = 1 << 24;
const MOST_FLIGHTS = 1 << 20;

/** What was read: the opaque name of what is watched, where it was told, and what the tick did, once it is complete. */
export interface Taken {
  view: string | null;
  time: number;
  change: Change | null;
}

/**
 * Takes a part of a `changes` into `sky`; null if it is a message of another kind. Throws BadMessage
 * or ChainBroken, and then the sky is good for nothing until a fresh picture comes.
 */
export function take(data: ArrayBuffer, sky: Sky): Taken | null {
  const view = new DataView(data);
  if (view.byteLength > 0 && view.getUint8(0) !== KIND) return null;
  const head = readHead(view);
  const { view: watched, feeds } = readTail(new Uint8Array(data, head.tailAt));
  sky.begin(head.since, head.tick);
  sky.feeds = feeds ?? sky.feeds;
  const part: Part = { view, now: head.time, feeds: sky.feeds };
  const words = new Int32Array(data, 0, head.tailAt / 4);

  for (let at = HEAD_BYTES; at < head.factsAt; at += 4) sky.drop(view.getUint32(at, true));
  for (const word of byHandle(words, head.factsAt / 4, head.motionAt / 4, FACTS.size / 4)) {
    const at = 4 * word;
    const slot = slotAt(factsHandle(view, at));
    const hash = factsHash(words, word);
    const facts = sameFacts(sky, slot, hash, part, at) ?? readFacts(part, at);
    sky.tell(slot, facts, lastHeard(part, at), hash);
  }
  readMotion(words, head.motionAt / 4, head.tailAt / 4, head.time, sky);
  return { view: watched, time: head.time, change: head.more ? null : sky.settle(head.time) };
}

interface Head {
  since: number;
  tick: number;
  time: number;
  more: boolean;
  factsAt: number;
  motionAt: number;
  tailAt: number;
}

function readHead(view: DataView): Head {
  const bytes = view.byteLength;
  if (bytes < HEAD_BYTES) throw new BadMessage(`Packed changes were cut short: ${bytes} bytes are no head.`);
  const count = (at: number): number => view.getUint32(at, true);
  const factsAt = HEAD_BYTES + 4 * count(12);
  const motionAt = factsAt + FACTS.size * count(16);
  const tailAt = motionAt + MOTION.size * count(20);
  if (bytes < tailAt) {
    throw new BadMessage(`Packed changes were cut short: their records take ${tailAt} bytes, and ${bytes} came.`);
  }
  const time = Math.round(view.getFloat64(24, true));
  if (!(Math.abs(time) <= LATEST_MS)) throw new BadMessage(`Packed changes came with the time ${time}, which is none.`);
  const more = (view.getUint8(1) & MORE) !== 0;
  return { since: count(4), tick: count(8), time, more, factsAt, motionAt, tailAt };
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function readTail(octets: Uint8Array<ArrayBuffer>): { view: string | null; feeds: readonly string[] | null } {
  const { view = null, feeds = null } = readObject(octets);
  if (view !== null && typeof view !== 'string') {
    throw new BadMessage('Packed changes came with a view that is not a string.');
  }
  if (feeds !== null && !isTexts(feeds)) {
    throw new BadMessage('Packed changes came with feeds that are not a list of names.');
  }
  return { view, feeds };
}

function readObject(octets: Uint8Array<ArrayBuffer>): { view?: unknown; feeds?: unknown } {
  try {
    const raw: unknown = JSON.parse(UTF_8.decode(octets));
    if (typeof raw === 'object' && raw !== null) return raw;
  } catch {
    // neither UTF-8 nor JSON: told below
  }
  throw new BadMessage('Packed changes did not end in a JSON object: they were cut short, or their counts are wrong.');
}

function isTexts(raw: unknown): raw is string[] {
  return Array.isArray(raw) && raw.every((name) => typeof name === 'string');
}

const factsHandle = whole(FACTS, 'handle');
const addressOf = whole(FACTS, 'address');
const startOf = whole(FACTS, 'start');
const callsign = text(FACTS, 'callsign');
const registration = text(FACTS, 'registration');
const typeCode = text(FACTS, 'type_code');
const category = text(FACTS, 'category');
const operator = text(FACTS, 'operator');
const origin = text(FACTS, 'origin');
const destination = text(FACTS, 'destination');
const onGround = labelled<boolean>(FACTS, 'on_ground');
const squawk = amount(FACTS, 'squawk', 9999);
const emergency = labelled<string>(FACTS, 'emergency');
const nic = amount(FACTS, 'nic', 127);
const nacP = amount(FACTS, 'nac_p', 127);
const positionSource = labelled<string>(FACTS, 'position_source');
const feedNumber = amount(FACTS, 'feed', 32_767);
const lastHeard = moment(FACTS, 'last_heard');
const coasting = labelled<boolean>(FACTS, 'coasting');

/** The facts the slot holds, if they are told again word for word, as in the fresh picture that another precision brings. */
function sameFacts(sky: Sky, slot: number, hash: number, part: Part, at: number): Facts | null {
  const held = sky.facts[slot];
  const same = held != null && sky.factsHash[slot] === hash && held.started_at === startOf(part.view, at) * 1000;
  return same && held.feed === feedName(part, feedNumber(part, at)) ? held : null; // which the hash leaves out
}

function readFacts(part: Part, at: number): Facts {
  const address = addressOf(part.view, at);
  const start = startOf(part.view, at);
  const icao24 = (address & NON_ICAO ? '~' : '') + hex(address & (NON_ICAO - 1), 6);
  return {
    id: `${icao24}-${hex(start, 8)}`,
    icao24,
    callsign: callsign(part, at),
    registration: registration(part, at),
    type_code: typeCode(part, at),
    category: category(part, at),
    operator: operator(part, at),
    origin: origin(part, at),
    destination: destination(part, at),
    on_ground: onGround(part, at),
    squawk: digits(squawk(part, at)),
    emergency: emergency(part, at),
    nic: nic(part, at),
    nac_p: nacP(part, at),
    position_source: positionSource(part, at),
    feed: feedName(part, feedNumber(part, at)),
    coasting: coasting(part, at),
    started_at: start * 1000,
  };
}

/** Bounded, for the columns are as long as the greatest handle. */
function slotAt(handle: number): number {
  return handle >= 1 && handle <= MOST_FLIGHTS ? handle : refuse('handle', handle);
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

function digits(code: number | null): string | null {
  return code === null ? null : String(code).padStart(4, '0');
}

function feedName(part: Part, number: number | null): string | null {
  return number === null ? null : part.feeds[number] ?? refuse('feed', number);
}
