/**
 * Silence: nothing was heard for so long. A page that slept, or whose timers the browser held back, wakes up to its
 * timers before it hears what came meanwhile: a timer that fires late gives that its turn first.
 */
import type { Surroundings } from './connection';

const LATE_MS = 1000; // for a timer of a page that was awake; and as long may what waits take to be heard

/** Calls back once after `ms` of silence; the returned function calls it off: something was heard. */
export function afterSilence(around: Pick<Surroundings, 'now' | 'after'>, ms: number, then: () => void): () => void {
  const due = around.now() + ms;
  let stop = around.after(ms, () => {
    if (around.now() < due + LATE_MS) then();
    else stop = around.after(LATE_MS, then);
  });
  return () => {
    stop();
  };
}
