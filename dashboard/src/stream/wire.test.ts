import { describe, expect, test } from 'vitest';
import golden from '../../../tests/golden/changes.json';
import type { Flight } from '../sky/flight';
import { ChainBroken, Sky } from '../sky/sky';
import { FACTS, MOTION } from './layout';
import { BadMessage } from './messages';
import { PHASES, take, type Taken } from './wire';

interface Update {
  id: string;
  [name: string]: unknown;
}
interface Told {
  packed: string;
  json: { since: number; updated: Update[]; gone: string[]; more?: boolean };
  digest?: { flights: number; hash: string };
}

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

/** What a client of the JSON stream holds after each message: a plain merging of keys. */
class PlainSky {
  readonly held = new Map<string, Update>();
  #halfway = false;

  take({ since, updated, gone, more = false }: Told['json']): void {
    if (since === 0 && !this.#halfway) this.held.clear();
    this.#halfway = more;
    for (const id of gone) this.held.delete(id);
    for (const update of updated) this.held.set(update.id, { ...this.held.get(update.id), ...moments(update) });
  }
}

function moments(update: Update): Update {
  const times = ['time', 'last_heard', 'started_at'].filter((name) => typeof update[name] === 'string');
  return { ...update, ...Object.fromEntries(times.map((name) => [name, Date.parse(update[name] as string)])) };
}

function held(sky: Sky): Map<string, Flight> {
  return new Map(sky.ids().map((id) => [id, sky.find(id)!]));
}

describe.each(Object.entries(golden as unknown as Record<string, Told[]>))('the story of %s', (_, story) => {
  test('means the same packed as in JSON, after each tick', () => {
    const [sky, plain] = [new Sky(PHASES), new PlainSky()];
    for (const { packed, json } of story) {
      const taken = take(bytes(packed), sky);
      plain.take(json);
      if (taken?.change) expect(held(sky)).toEqual(plain.held);
    }
  });

  test('comes to the digests that the server comes to', () => {
    const sky = new Sky(PHASES);
    for (const { packed, digest } of story) {
      take(bytes(packed), sky);
      if (!digest) continue;
      expect(sky.size).toBe(digest.flights);
      expect(sky.hash).toBe(parseInt(digest.hash, 16));
    }
  });
});

const WHOLE = golden.a_picture_and_what_changes[0]!.packed;
const MOVED = golden.a_picture_and_what_changes[1]!.packed;
const FACTS_AT = 32;
const MOTION_AT = 32 + 2 * 88;

/** What is read from the first picture after `change` was made to its bytes, into `sky`. */
function changed(change: (view: DataView) => void, hex = WHOLE, sky = new Sky(PHASES)): Taken | null {
  const data = bytes(hex);
  change(new DataView(data));
  return take(data, sky);
}

function at(record: typeof FACTS, name: string): number {
  return (record === FACTS ? FACTS_AT : MOTION_AT) + record.field(name).offset;
}

test('every column there is comes out of a whole flight', () => {
  const sky = new Sky(PHASES);
  changed(() => undefined, WHOLE, sky);
  const identity = new Set(['handle', 'address', 'start']);
  const columns = [...FACTS.fields, ...MOTION.fields].map((field) => field.name).filter((name) => !identity.has(name));
  expect(Object.keys(sky.find(sky.ids()[0]!)!).sort()).toEqual(['id', 'icao24', 'started_at', ...columns].sort());
});

test('a time with fractions of a millisecond is rounded', () => {
  const sky = new Sky(PHASES);
  const taken = changed((view) => view.setFloat64(24, 1_795_338_000_000.6, true), WHOLE, sky);
  expect([taken?.time, sky.find(sky.ids()[0]!)?.time]).toEqual([1_795_338_000_001, 1_795_337_999_250]);
});

test('flags and members of a newer server are left outside', () => {
  expect(changed((view) => view.setUint8(1, 0xfe))?.change).not.toBeNull();
  const newer = `01${'00'.repeat(31)}${bytesOf('{"view":"v","mood":1}')}`;
  expect(take(bytes(newer), new Sky())).toMatchObject({ view: 'v', change: { told: [], moved: [] } });
});

test('a message of another kind is skipped', () => {
  expect(changed((view) => view.setUint8(0, 2))).toBeNull();
  expect(take(bytes('02'), new Sky())).toBeNull();
});

test('the names of feeds stay until there are others, also in a fresh picture', () => {
  const sky = new Sky(PHASES);
  take(bytes(WHOLE), sky);
  const unnamed = bytes(WHOLE.slice(0, 2 * (MOTION_AT + 2 * 28)) + '7b7d');
  expect(take(unnamed, sky)?.view).toBeNull();
  expect(sky.ids().map((id) => sky.find(id)?.feed)).toEqual(['roof', null]);
});

test('facts that a fresh picture tells again word for word stay the same object, and others do not', () => {
  const sky = new Sky(PHASES);
  take(bytes(WHOLE), sky);
  const [slot, other] = sky.ids().map((id) => sky.slotOf(id)!);
  const before = [sky.facts[slot!], sky.facts[other!]];
  const taken = changed((view) => view.setUint8(at(FACTS, 'callsign'), 0x58), WHOLE, sky);
  expect(taken?.change?.told).toEqual([slot, other]);
  expect([sky.facts[slot!] === before[0], sky.facts[other!] === before[1]]).toEqual([false, true]);
  expect(sky.facts[slot!]?.callsign?.[0]).toBe('X');
  expect(sky.hash).not.toBe(0);
});

test('a feed of another name is another fact, though the hash leaves feeds out', () => {
  const sky = new Sky(PHASES);
  take(bytes(WHOLE), sky);
  changed((view) => view.setInt16(at(FACTS, 'feed'), -1, true), WHOLE, sky);
  expect(sky.find(sky.ids()[0]!)?.feed).toBeNull();
});

describe('what is refused, with a sentence', () => {
  const refusal = (hex: string, change: (view: DataView) => void = () => undefined) => () => changed(change, hex);
  const bare = WHOLE.slice(0, 2 * (MOTION_AT + 2 * 28));

  test('a message cut short anywhere', () => {
    for (let end = 0; end < WHOLE.length; end += 2) {
      expect(refusal(WHOLE.slice(0, end)), `after ${end / 2} bytes`).toThrow(BadMessage);
    }
  });

  test.each([
    ['', 'Packed changes were cut short: 0 bytes are no head.'],
    [WHOLE.slice(0, 200), 'Packed changes were cut short: their records take 264 bytes, and 100 came.'],
    [bare, 'Packed changes did not end in a JSON object: they were cut short, or their counts are wrong.'],
    [bare + 'ff', 'Packed changes did not end in a JSON object: they were cut short, or their counts are wrong.'],
    [bare + '37', 'Packed changes did not end in a JSON object: they were cut short, or their counts are wrong.'],
    [bare + bytesOf('{"view":1}'), 'Packed changes came with a view that is not a string.'],
    [bare + bytesOf('{"feeds":[1]}'), 'Packed changes came with feeds that are not a list of names.'],
    [bare + bytesOf('{"feeds":[]}'), 'A flight came packed with feed 1, which stands for nothing.'],
    [MOVED, 'Changes since tick 5 came after tick 0: some are missing.'],
  ])('%#', (hex, sentence) => {
    expect(refusal(hex)).toThrow(sentence);
  });

  test.each<[string, (view: DataView) => void, string]>([
    ['more handles than any message has', (view) => view.setUint32(12, 0xffffffff, true), 'cut short'],
    ['more facts than there are bytes', (view) => view.setUint32(16, 0xffffffff, true), 'cut short'],
    ['more motion than there are bytes', (view) => view.setUint32(20, 3, true), 'cut short'],
    ['fewer records than there are', (view) => view.setUint32(20, 1, true), 'did not end in a JSON object'],
    ['no time', (view) => view.setFloat64(24, NaN, true), 'the time NaN, which is none'],
    ['a time beyond all calendars', (view) => view.setFloat64(24, 1e20, true), 'which is none'],
    ['a phase that is none', (view) => view.setInt8(at(MOTION, 'phase'), 8), 'phase 8, which stands for nothing'],
    ['a flag that is none', (view) => view.setInt8(at(FACTS, 'on_ground'), -2), 'on_ground -2'],
    ['a squawk that is none', (view) => view.setInt16(at(FACTS, 'squawk'), 10_000, true), 'squawk 10000'],
    ['a category below all', (view) => view.setInt8(at(FACTS, 'nic'), -5), 'nic -5'],
    ['a feed without a name', (view) => view.setInt16(at(FACTS, 'feed'), 2, true), 'feed 2'],
    ['a text that is not ASCII', (view) => view.setUint8(at(FACTS, 'callsign') + 3, 0xe4), 'callsign 228'],
    ['a text with a line break', (view) => view.setUint8(at(FACTS, 'operator'), 10), 'operator 10'],
    ['motion of nobody', (view) => view.setUint16(at(MOTION, 'handle'), 99, true), 'the handle 99'],
    ['a handle that names no row', (view) => view.setUint32(at(FACTS, 'handle'), 0, true), 'handle 0'],
  ])('%s', (_, change, sentence) => {
    expect(refusal(WHOLE, change)).toThrow(BadMessage);
    expect(refusal(WHOLE, change)).toThrow(sentence);
  });

  test('any byte may be wrong, and it is still a message, or one that is refused', () => {
    for (let byte = 0; byte < WHOLE.length / 2; byte++) {
      for (const wrong of [0x00, 0x7f, 0x80, 0xff]) {
        try {
          changed((view) => view.setUint8(byte, wrong));
        } catch (error) {
          expect([BadMessage, ChainBroken], `byte ${byte} as ${wrong}`).toContain((error as Error).constructor);
        }
      }
    }
  });
});

function bytesOf(ascii: string): string {
  return Array.from(ascii, (letter) => letter.charCodeAt(0).toString(16)).join('');
}
