/**
 * How late positions are on the screen: the stream's time at the frame they are first drawn in, less
 * the time they were true at. Pure. Half the way to the server is not in it, for the stream's clock
 * is known only by its messages, and what a computer's screen itself takes.
 */
import type { Change, Sky } from '../sky/sky';

const MOST_SAMPLED = 256; // of a tick: enough for a median
const SMOOTHING = 0.2;
const WORST_MS = 60_000; // the worst is that of a minute
const QUIET_MS = 20_000; // without news there is nothing to say
const MOST_WAITING = 8 * MOST_SAMPLED; // for a frame, which a hidden page does not have

export interface Lateness {
  /** Of the positions of a tick, smoothed over some, ms. */
  readonly median: number;
  /** Of all positions of the last minute, ms. */
  readonly worst: number;
}

export class Latency {
  #waiting: number[] = []; // times of positions that are not drawn yet
  #median: number | null = null;
  #worst: { wall: number; late: number }[] = [];
  #drawnAt = 0;
  #told: Lateness | null = null;

  /** A tick is complete. What was true long before, a fresh picture or facts that brought it again, says nothing. */
  take(change: Change, started: boolean, sky: Sky, live: boolean): void {
    if (started || !live) this.#forget();
    if (started || !live || change.moved.length === 0 || this.#waiting.length >= MOST_WAITING) return;
    const sampled = new Set<number>();
    const stride = Math.max(1, Math.floor(change.moved.length / MOST_SAMPLED));
    for (let k = 0; k < change.moved.length; k += stride) sampled.add(change.moved[k]!);
    for (const slot of change.told) sampled.delete(slot);
    for (const slot of sampled) if (!Number.isNaN(sky.time[slot]!)) this.#waiting.push(sky.time[slot]!);
  }

  /** Nobody looked until now: that no frame came says nothing of how late things are. */
  unseen(): void {
    this.#waiting = [];
  }

  /** A frame: what was waiting is on the screen. The same object while nothing is new, null where there is nothing to say. */
  drawn(streamNow: number, wall: number): Lateness | null {
    if (this.#waiting.length > 0) {
      const late = this.#waiting.map((time) => Math.max(0, streamNow - time)).sort((a, b) => a - b);
      this.#waiting = [];
      const middle = late[late.length >> 1]!;
      this.#median = this.#median === null ? middle : this.#median + SMOOTHING * (middle - this.#median);
      this.#worst.push({ wall, late: late.at(-1)! });
      this.#drawnAt = wall;
    }
    if (this.#median === null || wall - this.#drawnAt > QUIET_MS) return (this.#told = null);
    while (this.#worst.length > 1 && wall - this.#worst[0]!.wall > WORST_MS) this.#worst.shift();
    const worst = Math.max(...this.#worst.map((one) => one.late));
    if (this.#told?.median !== this.#median || this.#told.worst !== worst) this.#told = { median: this.#median, worst };
    return this.#told;
  }

  #forget(): void {
    this.#waiting = [];
    this.#worst = [];
    this.#median = null;
  }
}
