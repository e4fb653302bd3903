/**
 * The server's stream clock, as seen from here. Everything that moves, moves on it: never on the
 * moment a message arrived, never on this computer's own date. All times are in ms; `wall` is a
 * steady local clock such as `performance.now()`.
 */

const REMEMBERED_MS = 30_000;
const SLEW = 0.02; // at most 20 ms of correction a second, too little to see
const STEP_MS = 1000; // beyond this the clock jumps: the computer slept, or the stream did

const LEAD_MS = 2500; // how long a fast replay runs on without news: at x500 that is twenty minutes

export class StreamClock {
  #rate = 1;
  #offset: number | null = null; // of the stream's clock to `wall` at the stream's rate
  #latest = 0;
  #seen: { wall: number; offset: number }[] = [];
  #next: { time: number; wall: number; rate: number } | null = null;

  /** How fast the stream's time runs; 1 is live. */
  get rate(): number {
    return this.#rate;
  }

  /** A time line is announced and its first picture not here: what is shown still moves on the old one. */
  get turning(): boolean {
    return this.#next !== null;
  }

  /** How fast the stream's time runs, or is about to. */
  get pacing(): number {
    return this.#next?.rate ?? this.#rate;
  }

  /** Where the stream has come to, or is about to begin. */
  reached(wall: number): number | null {
    return this.#next?.time ?? this.now(wall);
  }

  /** Another time line is about to begin. */
  announce(time: number, wall: number, rate: number): void {
    this.#next = { time, wall, rate };
  }

  /** The first picture of the one that was announced is here, as of `time`. False if none was. */
  turn(time: number, wall: number): boolean {
    const next = this.#next;
    if (next === null) return false;
    this.start(next.time, next.wall, next.rate);
    this.observe(time, wall);
    return true;
  }

  /** From here at another pace. */
  pace(wall: number, rate: number): void {
    const reached = this.now(wall);
    if (this.#next) this.#next.rate = rate;
    else if (reached !== null) this.start(reached, wall, rate);
  }

  /** A new time line: another epoch, another speed. */
  start(time: number, wall: number, rate: number): void {
    this.#next = null;
    this.#rate = rate;
    this.#seen = [];
    this.#offset = null;
    this.observe(time, wall);
  }

  /**
   * A message made at `time` arrived at `wall`. Delay only ever makes the difference smaller, so
   * the largest of the recent differences is the least delayed, and the best known.
   */
  observe(time: number, wall: number): void {
    this.#latest = time;
    const before = this.#seen.at(-1)?.wall ?? wall;
    this.#seen = this.#seen.filter((sample) => wall - sample.wall <= REMEMBERED_MS);
    this.#seen.push({ wall, offset: time - this.#rate * wall });
    const best = Math.max(...this.#seen.map((sample) => sample.offset));
    const latest = time - this.#rate * wall;
    const scale = Math.max(this.#rate, 1);
    if (this.#offset === null || best - this.#offset > STEP_MS * scale) {
      this.#offset = best;
    } else if (latest - this.#offset < -10 * STEP_MS * scale) {
      // Far behind what was thought: not delay but a clock set back. Old samples mislead.
      this.#seen = this.#seen.slice(-1);
      this.#offset = latest;
    } else {
      const most = SLEW * scale * (wall - before);
      this.#offset += Math.min(most, Math.max(-most, best - this.#offset));
    }
  }

  /**
   * The stream's time at `wall`; null before the first message. A replay faster than life waits for
   * news: what is a moment of a busy server would be minutes that nobody has told of yet.
   */
  now(wall: number): number | null {
    if (this.#offset === null) return null;
    const now = this.#offset + this.#rate * wall;
    return this.#rate > 1 ? Math.min(now, this.#latest + this.#rate * LEAD_MS) : now;
  }
}
