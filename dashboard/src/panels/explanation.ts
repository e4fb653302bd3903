/** Where each value of a flight comes from: the member `explain` of `/api/v1/flights/{id}?explain=1`, as far as it is there. */

export interface Explained {
  readonly name: string;
  readonly feed: string | null;
  readonly age_s: number | null;
  /** The rivals that were not believed, in words. */
  readonly refused: string;
}

/** Null if the server explains nothing. */
export function readExplanation(answer: unknown): readonly Explained[] | null {
  const explain = (answer as { explain?: unknown } | null)?.explain;
  if (typeof explain !== 'object' || explain === null || Array.isArray(explain)) return null;
  return Object.entries(explain as Record<string, unknown>).flatMap(([name, told]) => {
    if (typeof told !== 'object' || told === null) return [];
    const { feed, age_s, refused } = told as Record<string, unknown>;
    return [{
      name, feed: typeof feed === 'string' ? feed : null, age_s: typeof age_s === 'number' ? age_s : null,
      refused: (Array.isArray(refused) ? refused : refused == null ? [] : [refused]).map(words).filter((part) => part !== '').join(', '),
    }];
  });
}

/** A name, a count, or a feed and why it was not believed. */
function words(rival: unknown): string {
  if (typeof rival === 'string') return rival;
  if (typeof rival === 'number') return rival > 0 ? String(rival) : '';
  if (typeof rival !== 'object' || rival === null) return '';
  const { feed, reason } = rival as Record<string, unknown>;
  return [feed, reason].filter((part) => typeof part === 'string').join(': ');
}
