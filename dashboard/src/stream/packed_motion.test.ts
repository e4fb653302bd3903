import { expect, test } from 'vitest';
import type { Columns } from '../sky/columns';
import { skyOf } from '../sky/sky.fake';
import { MOTION, whole } from './layout';
import { readMotion } from './packed_motion';

const NOW = 1_795_338_000_000;
const COLUMNS = [
  'lat', 'lon', 'altitude_ft', 'geo_altitude_ft', 'ground_speed_kt', 'track_deg', 'vertical_rate_fpm', 'phase',
] as const satisfies readonly (keyof Columns)[];

/** A record of octets without an order, with the handle 1. */
function record(seed: number): DataView {
  const octets = Uint8Array.from({ length: MOTION.size }, (_, i) => (Math.imul(seed * 31 + i + 1, 0x9e3779b1) >>> 24) & 0xff);
  octets.set([1, 0, 0, seed % 8]);
  return new DataView(octets.buffer);
}

test.each(Array.from({ length: 32 }, (_, i) => i))('record %d is read as layout.json says', (seed) => {
  const view = record(seed);
  const sky = skyOf({ id: 'a' });
  readMotion(new Int32Array(view.buffer), 0, MOTION.size / 4, NOW, sky);
  for (const name of COLUMNS) {
    const { scale = 1 } = MOTION.field(name);
    expect(sky[name][1], name).toBeCloseTo(whole(MOTION, name)(view, 0) / scale, 3);
  }
  expect((sky.time[1]! - whole(MOTION, 'time')(view, 0)) % 2 ** 32 + 0).toBe(0);
  expect(Math.abs(sky.time[1]! - NOW)).toBeLessThanOrEqual(2 ** 31);
});

test.each(MOTION.fields.filter((field) => field.unknown !== undefined))('$name may be unknown', (field) => {
  const view = record(3);
  const column = field.name as (typeof COLUMNS)[number] | 'time';
  for (let i = 0; i < field.width; i++) view.setUint8(field.offset + i, (field.unknown! >> (8 * i)) & 0xff);
  const sky = skyOf({ id: 'a' });
  readMotion(new Int32Array(view.buffer), 0, MOTION.size / 4, NOW, sky);
  expect(sky[column][1]).toBe(column === 'phase' ? -1 : NaN);
});

test('more than a block of records is read to its end', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => ({ id: `f${i}` }));
  const sky = skyOf(...ids);
  const octets = new Uint8Array(1000 * MOTION.size);
  const view = new DataView(octets.buffer);
  for (let i = 0; i < 1000; i++) {
    view.setUint32(i * MOTION.size, 1000 - i, true);
    view.setInt32(i * MOTION.size + MOTION.field('lat').offset, (1000 - i) * 100, true);
  }
  readMotion(new Int32Array(octets.buffer), 0, octets.length / 4, NOW, sky);
  expect([sky.lat[1], sky.lat[257], sky.lat[1000]]).toEqual([0.001, 0.257, 1]);
  expect(sky.settle(NOW).moved).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
});
