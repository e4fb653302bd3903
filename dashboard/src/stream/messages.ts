/**
 * The messages of the stream that are text, as docs/reference/stream.md promises them. What arrives
 * is checked here, once (what comes packed, in wire.ts): everything behind `parse` may rely on the
 * types. A message that breaks its promise throws a `BadMessage` whose sentence names what was wrong.
 */

export interface Hello {
  type: 'hello';
  epoch: string;
  tick: number;
  time: number; // ms since 1970
  speed: number;
  precisions: number[]; // the classes that are offered, in metres
}
/** What a client should hold after `tick`. */
export interface Digest {
  type: 'digest';
  tick: number;
  flights: number;
  hash: number;
}
/** Something happened to a flight: a take-off, an emergency. What else there is to know of it depends on `kind`. */
export interface FlightEvent {
  type: 'event';
  id: string;
  kind: string;
  flight: string;
  time: number; // ms since 1970
  more: Readonly<Record<string, unknown>>;
}
export interface Complaint {
  type: 'error';
  code: string;
  message: string;
}
/** A message this page has no use for (pong) or does not know yet. */
export interface Other {
  type: 'other';
}
export type Message = Hello | Digest | FlightEvent | Complaint | Other;

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
    case 'digest':
      return {
        type: 'digest',
        tick: number(message, 'tick'),
        flights: number(message, 'flights'),
        hash: hash(message, 'hash'),
      };
    case 'event':
      return eventOf(message);
    case 'error':
      return { type: 'error', code: string(message, 'code'), message: string(message, 'message') };
    default:
      string(message, 'type');
      return { type: 'other' };
  }
}

/** An event as the stream and `api/v1/events` tell it. */
export function eventOf(raw: unknown): FlightEvent {
  const message = record(raw, 'an event');
  const { type: _, id: __, kind: ___, flight: ____, time: _____, ...more } = message;
  return {
    type: 'event',
    id: string(message, 'id'),
    kind: string(message, 'kind'),
    flight: string(message, 'flight'),
    time: moment(message, 'time'),
    more,
  };
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
