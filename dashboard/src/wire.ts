/**
 * The packed `changes`, as docs/reference/stream-binary.md lays them out: read into what `parse`
 * makes of the same changes in JSON. Where each value sits is in layout.json; from that a reader is
 * made for each column once, and then 20,000 rows are read in a few milliseconds.
 */
import { factsHash, flightHash } from './digest';
import type { Handles, Held } from './handles';
import { FACTS, MOTION, amount, handleOf, labelled, moment, refuse, scaled, text, type Part } from './layout';
import { BadMessage, type Changes, type Flight, type FlightUpdate, type Known } from './messages';

const KIND = 1;
const MORE = 1;
const HEAD_BYTES = 32;
const LATEST_MS = 8.64e15; // as far as JavaScript's dates go
const NON_ICAO = 1 << 24;

/**
 * Reads a part of a `changes`, and takes it into `handles`; null if it is a message of another kind.
 * Throws BadMessage, and then `handles` are good for nothing until a fresh picture comes.
 */
export function unpack(data: ArrayBuffer, handles: Handles): Changes | null {
  const view = new DataView(data);
  if (view.byteLength > 0 && view.getUint8(0) !== KIND) return null;
  const head = readHead(view);
  handles.begin(head.since, head.more);
  const { view: watched, feeds } = readTail(new Uint8Array(data, head.tailAt));
  handles.feeds = feeds ?? handles.feeds;
  const part: Part = { view, now: head.time, feeds: handles.feeds };

  const gone: string[] = [];
  for (let at = HEAD_BYTES; at < head.factsAt; at += 4) {
    const id = handles.drop(view.getUint32(at, true));
    if (id !== null) gone.push(id);
  }
  const updated: FlightUpdate[] = [];
  const begun = new Map<number, { facts: Facts; place: number }>();
  for (let at = head.factsAt; at < head.motionAt; at += FACTS.size) {
    const handle = handleOf(view, at);
    const facts = readFacts(part, at);
    const replaced = handles.bind(handle, facts.id, facts.last_heard, factsHash(view, at));
    if (replaced !== null) gone.push(replaced);
    begun.set(handle, { facts, place: updated.length });
    updated.push(facts);
  }
  for (let at = head.motionAt; at < head.tailAt; at += MOTION.size) {
    const handle = handleOf(view, at);
    const held = handles.get(handle);
    if (!held) throw new BadMessage(`Motion came for the handle ${handle}, which names no flight.`);
    const motion = readMotion(part, at, held);
    const half = begun.get(handle);
    if (half) updated[half.place] = whole(half.facts, motion);
    else updated.push(motion);
    handles.rehash(held, flightHash(held.facts, view, at));
  }
  const { since, tick, time, more } = head;
  return { type: 'changes', since, tick, time, view: watched, updated, gone, more };
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

const phase = labelled<string>(MOTION, 'phase');
const lat = scaled(MOTION, 'lat');
const lon = scaled(MOTION, 'lon');
const altitude = scaled(MOTION, 'altitude_ft');
const geoAltitude = scaled(MOTION, 'geo_altitude_ft');
const speed = scaled(MOTION, 'ground_speed_kt');
const track = scaled(MOTION, 'track_deg');
const verticalRate = scaled(MOTION, 'vertical_rate_fpm');
const time = moment(MOTION, 'time');

type Moving =
  | 'lat' | 'lon' | 'altitude_ft' | 'geo_altitude_ft' | 'ground_speed_kt' | 'track_deg' | 'vertical_rate_fpm'
  | 'phase' | 'time';
type Motion = { id: string } & Pick<Known, Moving | 'last_heard'>;
type Facts = { id: string } & Omit<Known, Moving>;

/** What moves, and `last_heard`, which is no earlier than the time of a position. */
function readMotion(part: Part, at: number, held: Held): Motion {
  const moved = time(part, at);
  if (moved !== null && (held.heard === null || moved > held.heard)) held.heard = moved;
  return { // written out, as below: an object of one shape is made many times as fast as key by key
    id: held.id,
    lat: lat(part, at),
    lon: lon(part, at),
    altitude_ft: altitude(part, at),
    geo_altitude_ft: geoAltitude(part, at),
    ground_speed_kt: speed(part, at),
    track_deg: track(part, at),
    vertical_rate_fpm: verticalRate(part, at),
    phase: phase(part, at),
    time: moved,
    last_heard: held.heard,
  };
}

const ADDRESS_AT = FACTS.field('address').offset;
const START_AT = FACTS.field('start').offset;
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

function readFacts(part: Part, at: number): Facts {
  const address = part.view.getUint32(at + ADDRESS_AT, true);
  const start = part.view.getUint32(at + START_AT, true);
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
    last_heard: lastHeard(part, at),
    coasting: coasting(part, at),
    started_at: start * 1000,
  };
}

function whole(facts: Facts, motion: Motion): Flight {
  return {
    id: facts.id,
    icao24: facts.icao24,
    callsign: facts.callsign,
    registration: facts.registration,
    type_code: facts.type_code,
    category: facts.category,
    operator: facts.operator,
    origin: facts.origin,
    destination: facts.destination,
    lat: motion.lat,
    lon: motion.lon,
    altitude_ft: motion.altitude_ft,
    geo_altitude_ft: motion.geo_altitude_ft,
    on_ground: facts.on_ground,
    ground_speed_kt: motion.ground_speed_kt,
    track_deg: motion.track_deg,
    vertical_rate_fpm: motion.vertical_rate_fpm,
    squawk: facts.squawk,
    emergency: facts.emergency,
    phase: motion.phase,
    nic: facts.nic,
    nac_p: facts.nac_p,
    position_source: facts.position_source,
    feed: facts.feed,
    time: motion.time,
    last_heard: motion.last_heard,
    coasting: facts.coasting,
    started_at: facts.started_at,
  };
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
