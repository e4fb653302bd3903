/** Where receivers stand, as the addresses of their feeds say: `beast://10.0.0.5:30005?lat=50.1&lon=8.6#roof`. */
import type { Place } from './motion';

export interface Receiver extends Place {
  readonly name: string;
}

/** Those the answer of `/api/v1/feeds` tells. Never throws. */
export function receiversIn(answer: unknown): Receiver[] {
  const feeds = (answer as { feeds?: unknown } | null)?.feeds;
  if (!Array.isArray(feeds)) return [];
  return feeds.flatMap((feed: { name?: unknown; url?: unknown } | null) => {
    if (typeof feed?.url !== 'string') return [];
    const query = /\?([^#]*)/.exec(feed.url)?.[1] ?? '';
    const told = new URLSearchParams(query);
    const [lat, lon] = [degrees(told.get('lat')), degrees(told.get('lon'))];
    const good = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    return good ? [{ name: typeof feed.name === 'string' ? feed.name : '', lat, lon }] : [];
  });
}

function degrees(text: string | null): number {
  return text === null || text.trim() === '' ? NaN : Number(text);
}
