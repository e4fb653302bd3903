/**
 * The messages of the stream, as docs/reference/stream.md promises them. What arrives as text is
 * checked here, once (what comes packed, in wire.ts): everything behind `parse` may rely on the
 * types. A message that breaks its promise throws a `BadMessage` whose sentence names what was wrong.
 */

const COLUMNS = {
  icao24: 'string', callsign: 'string', registration: 'string', type_code: 'string', category: 'string',
  operator: 'string', origin: 'string', destination: 'string',
  lat: 'number', lon: 'number', altitude_ft: 'number', geo_altitude_ft: 'number', on_ground: 'boolean',
  ground_speed_kt: 'number', track_deg: 'number', vertical_rate_fpm: 'number',
  squawk: 'string', emergency: 'string', phase: 'string', nic: 'number', nac_p: 'number',
  position_source: 'string', feed: 'string', time: 'time', last_heard: 'time', coasting: 'boolean',
  started_at: 'time',
} as const;

type Columns = typeof COLUMNS;
type Value = { string: string; number: number; boolean: boolean; time: number };

/** Every key of a flight but its id; null is "not known", never 0. Times are in ms since 1970. */
export type Known = { [C in keyof Columns]: Value[Columns[C]] | null };
export type Flight = { id: string } & Known;
/** An absent key has not changed; null is no longer known. */
export type FlightUpdate = { id: string } & Partial<Known>;

export const COLUMN_NAMES = Object.keys(COLUMNS) as (keyof Columns)[];

export interface Hello {
  type: 'hello';
  epoch: string;
  tick: number;
  time: number; // ms since 1970
  speed: number;
  precisions: number[]; // the classes that are offered, in metres
}
export interface Changes {
  type: 'changes';
  since: number;
  tick: number;
  time: number; // ms since 1970
  view: string | null;
  updated: FlightUpdate[];
  gone: string[];
  more: boolean;
}
/** What a client should hold after `tick`. */
export interface Digest {
  type: 'digest';
  tick: number;
  flights: number;
  hash: number;
}
export interface Complaint {
  type: 'error';
  code: string;
  message: string;
}
/** A message this page has no use for (event, pong) or does not know yet. */
export interface Other {
  type: 'other';
}
export type Message = Hello | Changes | Digest | Complaint | Other;

export class BadMessage extends Error {
  override name = 'BadMessage';
}

export function parse(text: string): Message {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new BadMessage(`The server sent something that is not JSON: ${excerpt(text)}.`);
  }
  const message = record(raw, 'a message');
  switch (message['type']) {
    case 'hello':
      return {
        type: 'hello',
        epoch: string(message, 'epoch'),
        tick: number(message, 'tick'),
        time: moment(message, 'time'),
        speed: message['speed'] == null ? 1 : number(message, 'speed'),
        precisions: message['precisions_m'] == null ? [0] : list(message, 'precisions_m').map(metres),
      };
    case 'changes':
      return {
        type: 'changes',
        since: number(message, 'since'),
        tick: number(message, 'tick'),
        time: moment(message, 'time'),
        view: message['view'] == null ? null : string(message, 'view'),
        updated: list(message, 'updated').map(flightUpdate),
        gone: list(message, 'gone').map(id),
        more: message['more'] === true,
      };
    case 'digest':
      return {
        type: 'digest',
        tick: number(message, 'tick'),
        flights: number(message, 'flights'),
        hash: hash(message, 'hash'),
      };
    case 'error':
      return { type: 'error', code: string(message, 'code'), message: string(message, 'message') };
    default:
      string(message, 'type');
      return { type: 'other' };
  }
}

/** Copies known columns only, so a newer server's extra keys, or hostile ones, stay outside. */
function flightUpdate(raw: unknown): FlightUpdate {
  const row = record(raw, 'a flight');
  const update: Record<string, unknown> = { id: id(row['id']) };
  for (const name of COLUMN_NAMES) {
    const sent = row[name];
    if (sent === undefined) continue;
    const value = known(COLUMNS[name], sent);
    if (value === undefined) {
      const flight = excerpt(update['id']);
      throw new BadMessage(`Flight ${flight} came with ${name} ${excerpt(sent)}, which is not a ${COLUMNS[name]}.`);
    }
    update[name] = value;
  }
  return update as FlightUpdate;
}

/** What was sent as a value of its kind; undefined if it is none. */
function known(kind: Columns[keyof Columns], sent: unknown): unknown {
  if (sent === null) return null;
  if (kind !== 'time') return typeof sent === kind ? sent : undefined;
  const at = typeof sent === 'string' ? Date.parse(sent) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

function id(raw: unknown): string {
  if (typeof raw === 'string' && raw !== '') return raw;
  throw new BadMessage(`A flight came with the id ${excerpt(raw)}, which is not a text.`);
}

function record(raw: unknown, what: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>;
  throw new BadMessage(`The server sent ${excerpt(raw)} where ${what} belongs.`);
}

function string(message: Record<string, unknown>, key: string): string {
  const value = message[key];
  if (typeof value === 'string') return value;
  throw new BadMessage(`A message came with ${key} ${excerpt(value)}, which is not a string.`);
}

function number(message: Record<string, unknown>, key: string): number {
  const value = message[key];
  if (typeof value === 'number') return value;
  throw new BadMessage(`A message came with ${key} ${excerpt(value)}, which is not a number.`);
}

function metres(raw: unknown): number {
  if (typeof raw === 'number') return raw;
  throw new BadMessage(`A message came with precisions_m ${excerpt(raw)}, which is not a number.`);
}

function hash(message: Record<string, unknown>, key: string): number {
  const digits = string(message, key);
  if (/^[0-9a-f]{8}$/.test(digits)) return parseInt(digits, 16);
  throw new BadMessage(`A message came with ${key} ${excerpt(digits)}, which is not 8 hex digits.`);
}

function moment(message: Record<string, unknown>, key: string): number {
  const at = Date.parse(string(message, key));
  if (!Number.isNaN(at)) return at;
  throw new BadMessage(`A message came with ${key} ${excerpt(message[key])}, which is not a time.`);
}

function list(message: Record<string, unknown>, key: string): unknown[] {
  const value = message[key];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new BadMessage(`A message came with ${key} ${excerpt(value)}, which is not a list.`);
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
