/** What is to be watched, and how the server is asked for it. Pure. */

export type Box = readonly [west: number, south: number, east: number, north: number];

export interface Wanted {
  /** The box to watch; null is the world. */
  box: Box | null;
  /** How wrong a flight may be drawn, in metres. */
  errorM: number;
  /** The flights that are to stay in the picture, and exact, wherever they are: at most 100. */
  flights: readonly string[];
}

const MOST_LISTED = 100;

/** As the server understands it: every member each time, so that none is left over. `precisions` are those it offers. */
export function subscription({ box, errorM, flights }: Wanted, precisions: readonly number[]): object {
  const offered = precisions.filter((metres) => metres <= errorM);
  const listed = flights.slice(-MOST_LISTED);
  return { bbox: box, flights: listed.length ? listed : null, precision_m: Math.max(0, ...offered) };
}
