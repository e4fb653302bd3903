/**
 * When the map is to be drawn anew: as soon as a flight may have moved by a quarter of a pixel. Over a whole continent
 * that is once a second, above a city with every frame; a map at rest costs nothing.
 */

const CIRCUMFERENCE_M = 40_075_017;
const TILE_PX = 512;
const FASTEST_MPS = 260;
export const VISIBLE_PX = 0.25;
const SLIDING_PX = 1; // the stream lets flights be half a pixel off, away from the equator more, and tells of that in every tick
const SLOWEST_MS = 1000;
const SHORTEST_MS = 1;

/** Milliseconds between two drawings; `rate` is that of the stream's clock, 0 while it stands still. */
export function repaintInterval(zoom: number, lat: number, rate: number): number {
  const metresPerPixel = (CIRCUMFERENCE_M * Math.cos((lat * Math.PI) / 180)) / worldPx(zoom);
  const moved = (1000 * VISIBLE_PX * metresPerPixel) / (FASTEST_MPS * rate);
  return Math.min(SLOWEST_MS, Math.max(SHORTEST_MS, moved));
}

/** How wide the world is, in pixels. */
export function worldPx(zoom: number): number {
  return TILE_PX * 2 ** zoom;
}

/** How long a correction of so many pixels can be seen sliding, ms; a small one is drawn whenever the map is drawn next. */
export function slideMs(pixels: number, fade: number): number {
  return pixels > SLIDING_PX ? (1000 * Math.log(pixels / VISIBLE_PX)) / fade : 0;
}

export class Repaint {
  #drawn = -Infinity;
  #until = -Infinity; // every frame until then
  #stale = true;

  /** Something has changed that was not motion: with the next frame. */
  soon(): void {
    this.#stale = true;
  }

  /** Something slides until then. */
  slide(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  drawn(wall: number): void {
    this.#drawn = wall;
    this.#stale = false;
  }

  /** Is it time? `calm`: nothing slides, and once a second is enough. */
  due(wall: number, interval: number, calm: boolean): boolean {
    if (this.#stale) return true;
    if (!calm && wall < this.#until) return true;
    return wall - this.#drawn >= (calm ? SLOWEST_MS : interval);
  }
}
