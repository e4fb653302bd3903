/** Where each value of a flight comes from: the member `explain` of `/api/v1/flights/{id}?explain=1`, as a table has it. */
import { SOURCE_NAMES } from '../text/aircraft_words';
import { age } from '../text/format';

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

/** A line of the table, in words. */
export interface Origin {
  readonly name: string;
  readonly feed: string;
  readonly age: string;
  readonly refused: string;
}

const REASONS: Readonly<Record<string, string>> = {
  outranked: 'ranks lower', jump: 'cannot be there', altitude_jump: 'cannot be so high', duplicate: 'a copy', out_of_order: 'too late',
};

/** The lines for what the server explains, latitude and longitude as one; null if it explains nothing: the flight is over. */
export function origins(explain: Explanation | null): readonly Origin[] | null {
  if (explain === null) return null;
  return Object.entries(explain).filter(([name]) => name !== 'lon').map(([name, told]) => ({
    name: name === 'lat' ? 'position' : name.replaceAll('_', ' '),
    feed: told.feed === null ? 'worked out, or a database' : who(told),
    age: ago(told),
    refused: told.refused.map((one) => `${who(one)}, ${ago(one)} ago: ${REASONS[one.reason] ?? one.reason}`).join('; '),
  }));
}

function who({ feed, source, priority }: Said): string {
  return [feed, source === null ? null : SOURCE_NAMES[source] ?? source, priority ? 'priority' : null].filter((part) => part !== null).join(' · ');
}

function ago({ age_seconds }: Said): string {
  return age_seconds === null ? '–' : age(age_seconds * 1000);
}
