/** The feeds of the server, as `/api/v1/feeds` tells of them, and the one whose reach is shown. */
import { signal } from '@preact/signals';
import type { Place } from './motion';

export interface Feed {
  readonly name: string;
  readonly state: string;
  /** Why it is broken, in a sentence. */
  readonly error: string | null;
  /** Messages a second. */
  readonly rate: number;
  readonly lag: number | null; // seconds
  /** Positions that moved a flight. */
  readonly accepted: number;
  /** How often what was not believed, most first. */
  readonly refused: readonly Count[];
  /** Messages by kind, most first. */
  readonly kinds: readonly Count[];
  /** Share of its positions that others told before it, and its share of all that were accepted. */
  readonly overlap: number | null;
  readonly contribution: number | null;
  /** Where its antenna stands. */
  readonly receiver: Place | null;
  /** How far it hears in each direction, from north on, NM; null where nothing was heard. */
  readonly outline: readonly (number | null)[] | null;
}
export type Count = readonly [name: string, count: number];

export class Feeds {
  readonly list = signal<readonly Feed[]>([]);
  /** The name of the feed that was unfolded last: its reach is on the map. */
  readonly chosen = signal<string | null>(null);
  readonly #ask: () => Promise<unknown>;

  /** `ask` gets the answer of the server. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Throws what `ask` throws. */
  async ask(): Promise<void> {
    this.list.value = feedsIn(await this.#ask());
  }
}

/** Those an answer tells of. Never throws. */
export function feedsIn(answer: unknown): Feed[] {
  const feeds = (answer as { feeds?: unknown } | null)?.feeds;
  return Array.isArray(feeds) ? feeds.filter((told) => typeof told?.name === 'string').map(feedOf) : [];
}

function feedOf(told: Record<string, unknown>): Feed {
  const { name, state, error, receiver, outline } = told;
  return {
    name: name as string,
    state: String(state),
    error: typeof error === 'string' ? error : null,
    rate: number(told['rate_per_s']) ?? 0,
    lag: number(told['lag_seconds']),
    accepted: number(told['accepted']) ?? 0,
    refused: counts(told['refused']),
    kinds: counts(told['kinds']),
    overlap: number(told['overlap']),
    contribution: number(told['contribution']),
    receiver: placeOf(receiver),
    outline: Array.isArray(outline) && outline.length > 0 ? outline.map(number) : null,
  };
}

function number(told: unknown): number | null {
  return typeof told === 'number' ? told : null;
}

function counts(told: unknown): Count[] {
  const pairs = Object.entries(told ?? {}).filter((pair): pair is [string, number] => (number(pair[1]) ?? 0) > 0);
  return pairs.sort((a, b) => b[1] - a[1]);
}

function placeOf(told: unknown): Place | null {
  const { lat, lon } = (told ?? {}) as Record<string, unknown>;
  return typeof lat === 'number' && typeof lon === 'number' && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
