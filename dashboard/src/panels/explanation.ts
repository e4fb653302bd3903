/** Where each value of a flight comes from: the member `explain` of `/api/v1/flights/{id}?explain=1`, as a table has it. */
import { SOURCE_NAMES } from '../text/aircraft_words';
import { age } from '../text/format';
import { refusal } from '../text/refusals';

/** Who says a value, as the server tells it. */
interface Said {
  readonly feed: string | null;
  readonly source: string | null;
  readonly priority: boolean;
  readonly age_seconds: number | null;
}
interface Refused extends Said {
  readonly reason: string;
}
export interface Told extends Said {
  readonly refused: readonly Refused[];
}
export type Explanation = Readonly<Record<string, Told>>;

/** A value in the table, in words. */
export interface Origin extends Teller {
  readonly name: string;
  /** Who was not believed, with why. */
  readonly refused: readonly Teller[];
}
interface Teller {
  readonly feed: string;
  readonly age: string;
}

/** The lines for what the server explains, latitude and longitude as one; null if it explains nothing: the flight is over. */
export function origins(explain: Explanation | null): readonly Origin[] | null {
  if (explain === null) return null;
  return Object.entries(explain).filter(([name]) => name !== 'lon').map(([name, told]) => ({
    name: name === 'lat' ? 'position' : name.replaceAll('_', ' '),
    feed: told.feed === null ? 'worked out, or a database' : who(told),
    age: ago(told),
    refused: told.refused.map((one) => ({ feed: `${who(one)}: ${refusal(one.reason)}`, age: ago(one) })),
  }));
}

function who({ feed, source, priority }: Said): string {
  return [feed, source === null ? null : SOURCE_NAMES[source] ?? source, priority ? 'priority' : null].filter((part) => part !== null).join(' · ');
}

function ago({ age_seconds }: Said): string {
  return age_seconds === null ? '–' : age(age_seconds * 1000);
}
