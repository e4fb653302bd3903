/** The small truth at the top: is the stream alive, how many flights, how old is what is drawn. */
import type { LinkState } from './connection';
import { element } from './element';
import { age, count } from './format';

export interface Standing {
  state: LinkState;
  flights: number;
  emergencies: number;
  sinceAppliedMs: number | null;
  reason: string;
  /** How many of the server's digests the picture agreed with, and how many it did not. */
  digests: number;
  desyncs: number;
}

const OLD_MS = 7_000; // the server speaks at least every 5 s

/** What the dot and the words say. "Live" only while changes keep coming. */
export function standing(now: Standing): { mood: 'good' | 'waiting' | 'bad'; words: string; note: string } {
  const updated = now.sinceAppliedMs === null ? '' : `updated ${age(now.sinceAppliedMs)} ago`;
  if (now.state === 'connecting') return { mood: 'waiting', words: 'Connecting', note: now.reason };
  if (now.state === 'reconnecting') return { mood: 'bad', words: 'Reconnecting', note: updated || now.reason };
  if ((now.sinceAppliedMs ?? 0) > OLD_MS) return { mood: 'waiting', words: 'Waiting', note: updated };
  return { mood: 'good', words: 'Live', note: updated };
}

/** What there is to say beside it: what went wrong, and whether the picture is the server's. */
export function remark({ reason, digests, desyncs }: Standing): string {
  const checks = digests + desyncs;
  if (checks === 0) return reason;
  const wrong = desyncs === 0 ? 'never wrong' : `wrong ${times(desyncs)}, then fetched anew`;
  return `${reason} The picture was compared with the server's ${times(checks)}: ${wrong}.`.trimStart();
}

function times(number: number): string {
  return number === 1 ? 'once' : `${count(number)} times`;
}

export class StatusBar {
  readonly #bar: HTMLElement;
  readonly #state = element('span', 'state');
  readonly #flights = element('strong', 'count');
  readonly #emergencies = element('span', 'emergencies');
  readonly #note = element('span', 'note');

  constructor(bar: HTMLElement) {
    this.#bar = bar;
    this.#state.setAttribute('role', 'status'); // spoken when the words change, not each second
    const live = element('span', 'link', element('i', 'dot'), this.#state);
    const flights = element('span', 'flights', this.#flights, ' flights');
    bar.append(element('span', 'logo'), element('h1', '', 'AeroTrack'), live, flights, this.#emergencies, this.#note);
  }

  show(now: Standing): void {
    const { mood, words, note } = standing(now);
    this.#bar.dataset['mood'] = mood;
    this.#bar.title = remark(now);
    if (this.#state.textContent !== words) this.#state.textContent = words;
    this.#flights.textContent = count(now.flights);
    this.#emergencies.hidden = now.emergencies === 0;
    this.#emergencies.textContent = `${count(now.emergencies)} ${now.emergencies === 1 ? 'emergency' : 'emergencies'}`;
    this.#note.textContent = note;
  }
}
