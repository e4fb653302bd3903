/** Where the plain view looks: Web Mercator, north up, as pixels of a canvas and back. */
import { latitude, longitude, mercatorX, mercatorY, type Place } from '../sky/motion';
import type { Box } from '../stream/connection';
import { worldPx } from './repaint';

const [NEAREST, FARTHEST] = [14, 0];
const MARGIN_PX = 40;

export interface Pixel {
  x: number;
  y: number;
}

/** A copy is made of it, never a change. The world is 1 by 1; `x` is in [0, 1). */
export class PlainCamera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;

  constructor(x: number, y: number, zoom: number, width: number, height: number) {
    const least = Math.max(FARTHEST, Math.log2(Math.max(1, height) / worldPx(0))); // no sky above the poles
    this.zoom = Math.min(NEAREST, Math.max(least, zoom));
    this.width = width;
    this.height = height;
    const half = height / 2 / worldPx(this.zoom);
    this.x = x - Math.floor(x);
    this.y = half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, y));
  }

  static at(place: Place, zoom: number, width: number, height: number): PlainCamera {
    return new PlainCamera(mercatorX(place.lon), mercatorY(place.lat), zoom, width, height);
  }

  /** The camera that has the whole box on the screen, but is not nearer than `nearest`. */
  static over([west, south, east, north]: Box, width: number, height: number, nearest: number): PlainCamera {
    const across = ((((east - west) % 360) + 360) % 360 || (east === west ? 0 : 360)) / 360;
    const [top, bottom] = [mercatorY(north), mercatorY(south)];
    const room = Math.min(
      Math.max(1, width - 2 * MARGIN_PX) / Math.max(across, 1e-9),
      Math.max(1, height - 2 * MARGIN_PX) / Math.max(bottom - top, 1e-9),
    );
    return new PlainCamera(mercatorX(west) + across / 2, (top + bottom) / 2, Math.min(nearest, Math.log2(room / worldPx(0))), width, height);
  }

  get scale(): number {
    return worldPx(this.zoom);
  }

  get place(): Place {
    return { lat: latitude(this.y), lon: longitude(this.x) };
  }

  get bounds(): Box {
    const across = this.width / 2 / this.scale;
    const down = this.height / 2 / this.scale;
    const { lon } = this.place;
    return [lon - across * 360, latitude(Math.min(1, this.y + down)), lon + across * 360, latitude(Math.max(0, this.y - down))];
  }

  /** The pixel of a place, in the copy of the world that is nearest to the middle. */
  project(x: number, y: number, into: Pixel = { x: 0, y: 0 }): Pixel {
    const across = x - this.x;
    into.x = (across - Math.round(across)) * this.scale + this.width / 2;
    into.y = (y - this.y) * this.scale + this.height / 2;
    return into;
  }

  sees({ x, y }: Pixel, margin = 0): boolean {
    return x >= -margin && y >= -margin && x <= this.width + margin && y <= this.height + margin;
  }

  moved(right: number, down: number): PlainCamera {
    return new PlainCamera(this.x + right / this.scale, this.y + down / this.scale, this.zoom, this.width, this.height);
  }

  /** Nearer or farther, with what is at a pixel staying there. */
  zoomed(steps: number, around: Pixel = { x: this.width / 2, y: this.height / 2 }): PlainCamera {
    const there = new PlainCamera(this.x, this.y, this.zoom + steps, this.width, this.height);
    const [dx, dy] = [around.x - this.width / 2, around.y - this.height / 2];
    const x = this.x + dx / this.scale - dx / there.scale;
    const y = this.y + dy / this.scale - dy / there.scale;
    return new PlainCamera(x, y, there.zoom, this.width, this.height);
  }

  resized(width: number, height: number): PlainCamera {
    return new PlainCamera(this.x, this.y, this.zoom, width, height);
  }
}
