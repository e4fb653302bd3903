/**
 * Stretches of lines, packed for the graphics card: 28 bytes each, the ends in 32-bit Web Mercator
 * (2^32 is the world, so differences wrap at 180 degrees by themselves), a colour at each end and a
 * stroke. With `most` the oldest make room for the newest.
 */
import { mercatorX, mercatorY } from '../sky/motion';
import type { TrackPoint } from '../sky/track';
import { isGap } from '../sky/track';
import { GROUND, STEPS, UNKNOWN, altitudeStep, stepColour } from './colours';

export const SEGMENT_WORDS = 7;
export const SOLID = 0;
export const DASHED = 1;
export const DOTTED = 2;
export type Stroke = typeof SOLID | typeof DASHED | typeof DOTTED;

const FIRST_ROOM = 64;
const WORLD = 2 ** 32;
const LONGEST = WORLD / 180; // a longer stretch would cut through the globe
const GUESS_ALPHA = 0.6;

export class Segments {
  words: Uint32Array<ArrayBuffer>;
  /** How many there ever were: the ones that are kept are the last of these. */
  written = 0;
  /** Another one after each `clear`: as many segments as before may be other ones. */
  edition = 0;
  readonly #most: number;

  constructor(most = Infinity) {
    this.#most = most;
    this.words = new Uint32Array(Math.min(most, FIRST_ROOM) * SEGMENT_WORDS);
  }

  /** How many there are room for. */
  get room(): number {
    return this.words.length / SEGMENT_WORDS;
  }

  get count(): number {
    return Math.min(this.written, this.room);
  }

  clear(): void {
    this.written = 0;
    this.edition++;
  }

  add(x0: number, y0: number, x1: number, y1: number, colour0: number, colour1: number, stroke: Stroke = SOLID): void {
    if (this.written >= this.room && this.room < this.#most) this.#grow();
    const at = (this.written++ % this.room) * SEGMENT_WORDS;
    this.words[at] = x0;
    this.words[at + 1] = y0;
    this.words[at + 2] = x1;
    this.words[at + 3] = y1;
    this.words[at + 4] = colour0;
    this.words[at + 5] = colour1;
    this.words[at + 6] = stroke;
  }

  /** The same, in pieces short enough for the globe. */
  addLong(x0: number, y0: number, x1: number, y1: number, colour0: number, colour1: number, stroke: Stroke): void {
    const [dx, dy] = [(x1 - x0) | 0, (y1 - y0) | 0];
    const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / LONGEST));
    for (let i = 0; i < pieces; i++) {
      const [from, to] = [i / pieces, (i + 1) / pieces];
      this.add(
        x0 + dx * from, y0 + dy * from, x0 + dx * to, y0 + dy * to, // storing it takes it modulo 2^32
        colour0, colour1, stroke,
      );
    }
  }

  #grow(): void {
    const longer = new Uint32Array(Math.min(this.#most, this.room * 2) * SEGMENT_WORDS);
    longer.set(this.words);
    this.words = longer;
  }
}

/** What of some segments the graphics card has. */
export type Sent = Pick<Segments, 'room' | 'written' | 'edition'>;

/** The stretches of segments it does not have: where each begins in memory, and how many segments it has. */
export function unsent({ room, written, edition }: Segments, sent: Sent | null): [at: number, count: number][] {
  const goesOn = sent !== null && sent.room === room && sent.edition === edition && written - sent.written <= room;
  const stretches: [at: number, count: number][] = [];
  for (let from = goesOn ? sent.written : Math.max(0, written - room); from < written; ) {
    const at = from % room;
    const count = Math.min(written - from, room - at);
    stretches.push([at, count]);
    from += count;
  }
  return stretches;
}

export function packedX(lon: number): number {
  return (mercatorX(lon) * WORLD) >>> 0;
}

export function packedY(lat: number): number {
  return Math.min(WORLD - 1, mercatorY(lat) * WORLD) >>> 0;
}

/** A colour as CSS writes it, `rgb(1 2 3)`, as the four bytes of a word. */
export function packedColour(css: string, alpha = 1): number {
  const [red = 0, green = 0, blue = 0] = (css.match(/\d+/g) ?? []).map(Number);
  return (red | (green << 8) | (blue << 16) | (Math.round(alpha * 255) << 24)) >>> 0;
}

const STEP_COLOURS = Array.from({ length: STEPS }, (_, step) => packedColour(stepColour(step)));
const ON_GROUND = packedColour(GROUND);
const NOT_KNOWN = packedColour(UNKNOWN);

/** The colour of an altitude; null or NaN is not known. */
export function altitudeWord(altitude_ft: number | null, onGround: boolean): number {
  if (onGround) return ON_GROUND;
  return altitude_ft === null || Number.isNaN(altitude_ft) ? NOT_KNOWN : STEP_COLOURS[altitudeStep(altitude_ft)]!;
}

/** The same colour, of which less is seen. */
export function faint(colour: number, alpha = GUESS_ALPHA): number {
  return ((colour & 0xffffff) | (Math.round(alpha * 255) << 24)) >>> 0;
}

/** Adds the way between two points: where nothing was heard for long it is a guess, dashed and faint. */
export function addStretch(segments: Segments, from: TrackPoint, to: TrackPoint): void {
  const [a, b] = [altitudeWord(from.altitude_ft, from.on_ground), altitudeWord(to.altitude_ft, to.on_ground)];
  const [x0, y0, x1, y1] = [packedX(from.lon), packedY(from.lat), packedX(to.lon), packedY(to.lat)];
  if (isGap(from, to)) segments.addLong(x0, y0, x1, y1, faint(a), faint(b), DASHED);
  else segments.addLong(x0, y0, x1, y1, a, b, SOLID);
}
