/**
 * Where each value sits in a packed record, from layout.json, which src/aerotrack/web/layouts.py
 * writes; and for a column a reader, made once, that finds it there and says what it means.
 */
import table from './layout.json';
import { BadMessage } from './messages';

/** `layouts()` there says what each member means. */
export interface Field {
  name: string;
  type: string;
  offset: number;
  width: number;
  kind?: string;
  unknown?: number;
  scale?: number;
  labels?: readonly (string | boolean | null)[];
}

export class Layout {
  readonly size: number;
  readonly fields: readonly Field[];

  constructor(record: { size: number; fields: readonly Field[] }) {
    this.size = record.size;
    this.fields = record.fields;
  }

  field(name: string): Field {
    const found = this.fields.find((field) => field.name === name);
    if (!found) throw new Error(`layout.json has no field "${name}": write it again, as layouts.py says.`);
    return found;
  }
}

export const MOTION = new Layout(table.motion);
export const FACTS = new Layout(table.facts);

/** What readers read from. */
export interface Part {
  view: DataView;
  /** The message's time. */
  now: number;
  feeds: readonly string[];
}

/** Reads a value out of the record that begins at byte `at`; null if it is not known. */
export type Read<V> = (part: Part, at: number) => V | null;
/** Reads a number, NaN if it is not known: what goes into columns. */
export type ReadNumber = (part: Part, at: number) => number;

/** Reads the whole number that a field holds. */
function integer({ name, type, offset }: Field): (view: DataView, at: number) => number {
  switch (type) {
    case 'i8':
      return (view, at) => view.getInt8(at + offset);
    case 'i16':
      return (view, at) => view.getInt16(at + offset, true);
    case 'u24':
      return (view, at) => view.getUint16(at + offset, true) | (view.getUint8(at + offset + 2) << 16);
    case 'i24':
      return (view, at) => view.getUint16(at + offset, true) | (view.getInt8(at + offset + 2) << 16);
    case 'i32':
      return (view, at) => view.getInt32(at + offset, true);
    case 'u32':
      return (view, at) => view.getUint32(at + offset, true);
    default:
      throw new Error(`layout.json says that ${name} is of type ${type}: teach layout.ts to read that.`);
  }
}

/** Reads a number that is always known, such as a handle. */
export function whole(layout: Layout, name: string): (view: DataView, at: number) => number {
  return integer(layout.field(name));
}

/** The moment nearest to the message's: what is packed is its remainder. */
export function moment(layout: Layout, name: string): ReadNumber {
  const field = layout.field(name);
  const read = integer(field);
  return ({ view, now }, at) => {
    const raw = read(view, at);
    return raw === field.unknown ? NaN : now + ((raw - now) | 0);
  };
}

export function amount(layout: Layout, name: string, greatest: number): Read<number> {
  const field = layout.field(name);
  const read = integer(field);
  return ({ view }, at) => {
    const raw = read(view, at);
    if (raw === field.unknown) return null;
    return raw >= 0 && raw <= greatest ? raw : refuse(name, raw);
  };
}

/** A flag or a code: what its number stands for. */
export function labelled<V extends string | boolean>(layout: Layout, name: string): Read<V> {
  const field = layout.field(name);
  const labels = (field.labels ?? []) as readonly (V | null)[];
  const read = integer(field);
  return ({ view }, at) => {
    const raw = read(view, at);
    if (raw === field.unknown) return null;
    const label = labels[raw];
    return label === undefined ? refuse(name, raw) : label;
  };
}

export function text(layout: Layout, name: string): Read<string> {
  const { offset, width } = layout.field(name);
  return ({ view }, at) => {
    const from = at + offset;
    let length = 0;
    let mixed = 0;
    while (length < width) {
      const octet = view.getUint8(from + length);
      if (octet === 0) break;
      if (octet < 0x20 || octet > 0x7e) refuse(name, octet);
      mixed = (Math.imul(mixed, 31) + octet) | 0;
      length++;
    }
    return length === 0 ? null : remembered(view, from, length, (mixed ^ (mixed >>> 12)) & (REMEMBERED - 1));
  };
}

const REMEMBERED = 4096; // texts: types, airports and operators are a few, told of 20,000 times
const memory: string[] = Array.from({ length: REMEMBERED }, () => '');

/** A text, made anew only if it is not the one that was last read under its number. */
function remembered(view: DataView, from: number, length: number, number: number): string {
  const held = memory[number]!;
  let i = held.length === length ? 0 : length + 1;
  while (i < length && held.charCodeAt(i) === view.getUint8(from + i)) i++;
  if (i === length) return held;
  let read = '';
  for (let at = from; at < from + length; at++) read += String.fromCharCode(view.getUint8(at)); // a slice of one large text would keep all of it alive
  return (memory[number] = read);
}

export function refuse(name: string, value: number): never {
  throw new BadMessage(`A flight came packed with ${name} ${value}, which stands for nothing.`);
}
