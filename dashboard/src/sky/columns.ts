/** The columns of the sky: by slot, what was sent of a flight's motion and what follows from it. */
import { grown } from './column';

const FIRST_ROOM = 4096;

export class Columns {
  lat = new Float64Array(FIRST_ROOM);
  lon = new Float64Array(FIRST_ROOM);
  altitude_ft = new Float32Array(FIRST_ROOM);
  geo_altitude_ft = new Float32Array(FIRST_ROOM);
  ground_speed_kt = new Float32Array(FIRST_ROOM);
  track_deg = new Float32Array(FIRST_ROOM);
  vertical_rate_fpm = new Float32Array(FIRST_ROOM);
  /** Of the position, ms since 1970. */
  time = new Float64Array(FIRST_ROOM);
  last_heard = new Float64Array(FIRST_ROOM);
  /** An index into the labels, or -1. */
  phase = new Int8Array(FIRST_ROOM);
  /** Web Mercator, the world is 1 by 1, and worlds per ms; NaN without a place, 0 without a velocity. */
  x = new Float64Array(FIRST_ROOM);
  y = new Float64Array(FIRST_ROOM);
  vx = new Float64Array(FIRST_ROOM);
  vy = new Float64Array(FIRST_ROOM);

  /** Makes room for a slot: all columns are other arrays then. */
  protected widen(slot: number): void {
    if (slot < this.lat.length) return;
    const room = 2 ** Math.ceil(Math.log2(slot + 1));
    this.lat = grown(this.lat, room);
    this.lon = grown(this.lon, room);
    this.altitude_ft = grown(this.altitude_ft, room);
    this.geo_altitude_ft = grown(this.geo_altitude_ft, room);
    this.ground_speed_kt = grown(this.ground_speed_kt, room);
    this.track_deg = grown(this.track_deg, room);
    this.vertical_rate_fpm = grown(this.vertical_rate_fpm, room);
    this.time = grown(this.time, room);
    this.last_heard = grown(this.last_heard, room);
    this.phase = grown(this.phase, room);
    this.x = grown(this.x, room);
    this.y = grown(this.y, room);
    this.vx = grown(this.vx, room);
    this.vy = grown(this.vy, room);
  }

  /** Nothing is known of the slot's motion. */
  protected still(slot: number): void {
    this.lat[slot] = this.lon[slot] = this.altitude_ft[slot] = this.geo_altitude_ft[slot] = this.ground_speed_kt[slot] = NaN;
    this.track_deg[slot] = this.vertical_rate_fpm[slot] = this.time[slot] = this.x[slot] = this.y[slot] = NaN;
    this.vx[slot] = this.vy[slot] = 0;
    this.phase[slot] = -1;
  }
}
