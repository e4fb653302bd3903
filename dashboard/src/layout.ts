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
export const HANDLE_BITS = 0xffffff;

/** The handle of the record of either kind that begins at byte `at`: 24 bits. */
export function handleOf(view: DataView, at: number): number {
  return view.getUint32(at, true) & HANDLE_BITS;
}

/** What readers read from. */
export interface Part {
  view: DataView;
  /** The message's time. */
  now: number;
  feeds: readonly string[];
}

/** Reads a value out of the record that begins at byte `at`; null if it is not known. */
export type Read<V> = (part: Part, at: number) => V | null;

/** Reads the whole number that a field holds. */
function integer({ name, type, offset }: Field): (view: DataView, at: number) => number {
  switch (type) {
    case 'i8':
      return (view, at) => view.getInt8(at + offset);
    case 'i16':
      return (view, at) => view.getInt16(at + offset, true);
    case 'i24':
      return (view, at) => view.getUint16(at + offset, true) | (view.getInt8(at + offset + 2) << 16);
    case 'i32':
      return (view, at) => view.getInt32(at + offset, true);
    default:
      throw new Error(`layout.json says that ${name} is of type ${type}: teach layout.ts to read that.`);
  }
}

export function scaled(layout: Layout, name: string): Read<number> {
  const field = layout.field(name);
  const { unknown, scale = 1 } = field;
  const read = integer(field);
  return ({ view }, at) => {
    const raw = read(view, at);
    return raw === unknown ? null : raw / scale;
  };
}

/** The moment nearest to the message's: what is packed is its remainder. */
export function moment(layout: Layout, name: string): Read<number> {
  const field = layout.field(name);
  const read = integer(field);
  return ({ view, now }, at) => {
    const raw = read(view, at);
    return raw === field.unknown ? null : now + ((raw - now) | 0);
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
    let read = '';
    for (let i = at + offset; i < at + offset + width; i++) {
      const octet = view.getUint8(i);
      if (octet === 0) break;
      if (octet < 0x20 || octet > 0x7e) refuse(name, octet);
      read += String.fromCharCode(octet); // a slice of one large text is faster, and would keep all of it alive
    }
    return read === '' ? null : read;
  };
}

export function refuse(name: string, value: number): never {
  throw new BadMessage(`A flight came packed with ${name} ${value}, which stands for nothing.`);
}
