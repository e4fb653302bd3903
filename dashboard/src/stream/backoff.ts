/** How long to wait before the next attempt to connect. */

const LEAST_S = 0.5;
const FIRST_S = 5;
const MOST_S = 30;

/**
 * Anything from half a second to a ceiling that starts at 5 s and doubles up to 30 s. The spread is
 * wide on purpose: when a server restarts, its viewers must not all come back at once. `random` is
 * from 0 to 1.
 */
export function retryDelay(attempt: number, random: number): number {
  const ceiling = Math.min(MOST_S, FIRST_S * 2 ** attempt);
  return LEAST_S + random * (ceiling - LEAST_S);
}
