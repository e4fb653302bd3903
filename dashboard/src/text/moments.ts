/** Moments as a person reads and enters them: local time, with UTC beside it. All are ms since 1970. */

const LOCAL_DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

/** `21:04:07`, local. */
export function clockTime(at: number): string {
  const then = new Date(at);
  return [then.getHours(), then.getMinutes(), then.getSeconds()].map(two).join(':');
}

/** `20:04:07` in UTC. */
export function utcTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `Sun 22 Nov`, local. */
export function day(at: number): string {
  return LOCAL_DAY.format(at).replace(',', '');
}

/** `Sun 22 Nov, 21:04:07 (20:04:07 UTC)`: for a title, or to be spoken. */
export function readable(at: number): string {
  return `${day(at)}, ${clockTime(at)} (${utcTime(at)} UTC)`;
}

/** As a field of the kind `datetime-local` holds it, to the second. */
export function toEntry(at: number): string {
  const then = new Date(at);
  const date = [String(then.getFullYear()).padStart(4, '0'), two(then.getMonth() + 1), two(then.getDate())].join('-');
  return `${date}T${clockTime(at)}`;
}

/** What such a field holds; null where that is no moment. */
export function fromEntry(entry: string): number | null {
  const at = /^\d{4,}-\d\d-\d\dT\d\d:\d\d/.test(entry) ? new Date(entry).getTime() : NaN;
  return Number.isNaN(at) ? null : at;
}

/** How long before the present: `12 min ago`; `now` within five seconds. */
export function ago(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 5) return 'now';
  if (seconds < 100) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
