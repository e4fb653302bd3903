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
    this.#bar.title = now.reason;
    if (this.#state.textContent !== words) this.#state.textContent = words;
    this.#flights.textContent = count(now.flights);
    this.#emergencies.hidden = now.emergencies === 0;
    this.#emergencies.textContent = `${count(now.emergencies)} ${now.emergencies === 1 ? 'emergency' : 'emergencies'}`;
    this.#note.textContent = note;
  }
}
