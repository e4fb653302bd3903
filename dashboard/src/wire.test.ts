import { describe, expect, test } from 'vitest';
import golden from '../../tests/golden/changes.json';
import { Handles } from './handles';
import { FACTS, MOTION } from './layout';
import { BadMessage, COLUMN_NAMES, parse, type Changes } from './messages';
import { unpack } from './wire';

interface Told {
  packed: string;
  json: object;
  digest?: { flights: number; hash: string };
}

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

describe.each(Object.entries(golden as Record<string, Told[]>))('the story of %s', (_, story) => {
  test('means the same packed as in JSON', () => {
    const handles = new Handles();
    for (const { packed, json } of story) expect(unpack(bytes(packed), handles)).toStrictEqual(parse(JSON.stringify(json)));
  });

  test('comes to the digests that the server comes to', () => {
    const handles = new Handles();
    for (const { packed, digest } of story) {
      unpack(bytes(packed), handles);
      if (!digest) continue;
      expect(handles.size).toBe(digest.flights);
      expect(handles.hash).toBe(parseInt(digest.hash, 16));
    }
  });
});

const WHOLE = golden.a_picture_and_what_changes[0]!.packed;
const MOVED = golden.a_picture_and_what_changes[1]!.packed;
const FACTS_AT = 32;
const MOTION_AT = 32 + 2 * 88;

/** What is read from the first picture after `change` was made to its bytes. */
function changed(change: (view: DataView) => void, hex = WHOLE): Changes | null {
  const data = bytes(hex);
  change(new DataView(data));
  return unpack(data, new Handles());
}

function at(record: typeof FACTS, name: string): number {
  return (record === FACTS ? FACTS_AT : MOTION_AT) + record.field(name).offset;
}

test('every column there is comes out of a whole flight', () => {
  const names = [...FACTS.fields, ...MOTION.fields].map((field) => field.name);
  const identity = new Set(['handle', 'address', 'start']);
  const columns = names.filter((name) => !identity.has(name));
  const flight = changed(() => undefined)?.updated[0] ?? { id: '' };
  expect(Object.keys(flight).sort()).toEqual(['id', ...COLUMN_NAMES].sort());
  expect(['icao24', 'started_at', ...columns].sort()).toEqual([...COLUMN_NAMES].sort());
});

test('a time with fractions of a millisecond is rounded', () => {
  const changes = changed((view) => view.setFloat64(24, 1_795_338_000_000.6, true));
  expect([changes?.time, changes?.updated[0]?.time]).toEqual([1_795_338_000_001, 1_795_337_999_250]);
});

test('flags and members of a newer server are left outside', () => {
  expect(changed((view) => view.setUint8(1, 0xfe))?.more).toBe(false);
  const newer = `01${'00'.repeat(31)}${bytesOf('{"view":"v","mood":1}')}`;
  expect(unpack(bytes(newer), new Handles())).toMatchObject({ view: 'v', updated: [] });
});

test('a message of another kind is skipped', () => {
  expect(changed((view) => view.setUint8(0, 2))).toBeNull();
  expect(unpack(bytes('02'), new Handles())).toBeNull();
});

test('the names of feeds stay until there are others, also in a fresh picture', () => {
  const handles = new Handles();
  unpack(bytes(WHOLE), handles);
  const unnamed = bytes(WHOLE.slice(0, 2 * (MOTION_AT + 2 * 28)) + '7b7d');
  expect(unpack(unnamed, handles)).toMatchObject({ view: null, updated: [{ feed: 'roof' }, { feed: null }] });
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
    [MOVED, 'Motion came for the handle 1, which names no flight.'],
  ])('%#', (hex, sentence) => {
    expect(refusal(hex)).toThrow(new BadMessage(sentence));
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
  ])('%s', (_, change, sentence) => {
    expect(refusal(WHOLE, change)).toThrow(BadMessage);
    expect(refusal(WHOLE, change)).toThrow(sentence);
  });

  test('any byte may be wrong, and it is still a message or a BadMessage', () => {
    for (let byte = 0; byte < WHOLE.length / 2; byte++) {
      for (const wrong of [0x00, 0x7f, 0x80, 0xff]) {
        try {
          changed((view) => view.setUint8(byte, wrong));
        } catch (error) {
          expect(error, `byte ${byte} as ${wrong}`).toBeInstanceOf(BadMessage);
        }
      }
    }
  });
});

function bytesOf(ascii: string): string {
  return Array.from(ascii, (letter) => letter.charCodeAt(0).toString(16)).join('');
}
