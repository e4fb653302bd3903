/**
 * Keeps the browser's address and the state in step. A selection, a filter, a moment of the past are
 * steps one can go back from; where the map looks and what it looks like only change the address.
 */
import { effect } from '@preact/signals';
import { JOURNEY, readHash, writeHash } from './address';
import { DEFAULTS, choicesOf, choose, write, type Choice, type Choices } from './choices';
import type { Camera, State } from './state';

/** The address of the browser, as `main` gives access to it. */
export interface AddressBar {
  hash(): string;
  /** A new entry of the browser's history, or another address for this one. */
  go(query: string, hash: string, how: 'push' | 'replace'): void;
}
type After = (ms: number, then: () => void) => () => void;

const REST_MS = 500; // browsers refuse more than about three changes a second
/** A step back is made from these: how a thing is looked at is no step. */
const STEPS: ReadonlySet<Choice> = new Set<Choice>(['selected', 'terms', 'playing']);

export class Navigation {
  readonly #bar: AddressBar;
  readonly #state: State;
  readonly #after: After;
  readonly #rest: string;
  readonly #usual: Choices;
  #unmoved: Camera | null = null;
  #step = '';
  #written: string | null = null;
  #due: { ms: number; cancel: () => void } | null = null;

  /** `rest` is the part of the query that is not ours, and stays; `usual` is what the address need not say. */
  constructor(bar: AddressBar, state: State, after: After, rest = '', usual = DEFAULTS) {
    this.#bar = bar;
    this.#state = state;
    this.#after = after;
    this.#rest = rest;
    this.#usual = usual;
  }

  /** From now on the address follows. */
  start(): void {
    this.#step = this.#stepOf(choicesOf(this.#state));
    effect(() => this.#changed());
  }

  /** Where the map looks now is where it looks by itself: no part of the address. */
  unmoved(): void {
    this.#unmoved = this.#state.camera.peek();
  }

  /** What leads others here, without the bareness of a frame or a wall. `at` is the moment that is played. */
  shared(at: number | null): { query: string; hash: string } {
    const choices = choicesOf(this.#state);
    const playing = choices.playing.at === null || at === null ? choices.playing : { ...choices.playing, at };
    const query = new URLSearchParams(this.#rest);
    query.delete('nowebgl'); // others may have it
    return { query: query.size > 0 ? `?${query}` : '', hash: writeHash({ ...choices, playing }, choices.camera, this.#usual) };
  }

  /** The person went back or forth, or wrote another hash. `own`: to an entry that was written here. */
  returned(own: boolean): void {
    const told = readHash(this.#bar.hash());
    const journey = Object.fromEntries([...JOURNEY].map((choice) => [choice, told[choice] ?? DEFAULTS[choice]])) as Partial<Choices>;
    const camera = told.camera ?? this.#unmoved ?? undefined;
    choose(this.#state, { ...(own ? {} : told), ...journey, ...(camera && { camera }) }); // going back does not undo a theme
    this.#step = this.#stepOf(choicesOf(this.#state));
    this.#written = null; // that was another entry
  }

  #changed(): void {
    const choices = choicesOf(this.#state);
    void this.#state.embed.value;
    void this.#state.kiosk.value;
    const ms = this.#stepOf(choices) === this.#step ? REST_MS : 0;
    if (this.#due && this.#due.ms <= ms) return;
    this.#due?.cancel();
    this.#due = { ms, cancel: this.#after(ms, () => this.#write()) };
  }

  #write(): void {
    this.#due = null;
    const choices = choicesOf(this.#state);
    const { embed, kiosk } = this.#state;
    const bare = kiosk.peek() ? 'kiosk' : embed.peek() ? 'embed' : '';
    const query = [...(bare ? [bare] : []), ...(this.#rest ? [this.#rest.slice(1)] : [])].join('&');
    const hash = writeHash(choices, same(choices.camera, this.#unmoved) ? null : choices.camera, this.#usual);
    const text = `?${query}${hash}`;
    if (text === this.#written) return;
    const step = this.#stepOf(choices);
    this.#bar.go(query === '' ? '' : `?${query}`, hash, step === this.#step ? 'replace' : 'push');
    this.#written = text;
    this.#step = step;
  }

  /** The moment that was asked for, not the pace. */
  #stepOf(choices: Choices): string {
    return write({ ...choices, playing: { ...choices.playing, speed: 1 } }, STEPS).join('&');
  }
}

function same(one: Camera, other: Camera | null): boolean {
  return other !== null && (Object.keys(one) as (keyof Camera)[]).every((name) => Math.abs(one[name] - other[name]) < 1e-6);
}
