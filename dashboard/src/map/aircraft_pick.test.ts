import { expect, test } from 'vitest';
import { skyOf } from '../sky/sky.fake';
import { halfSize, slotAt, windowOf } from './aircraft_pick';
import type { Shot } from './aircraft_projection';
import { FLAG, Records } from './aircraft_records';

// the whole world on 1000 by 1000 pixels
const FLAT = [2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const SHOT: Shot = { width: 1000, height: 1000, x: 0.5, y: 0.5, flat: FLAT, copies: 0, globe: null };
const NOW = { stream: 0, wall: 0 };

const sky = skyOf({ id: 'a', lat: 0, lon: 0 }, { id: 'b', lat: 0, lon: 3.6 }, { id: 'c', lat: 0, lon: 90 });
const records = new Records(sky);
records.reserve();
for (const slot of sky.slots()) {
  records.move([slot], NOW, false, () => true);
  records.look(slot, FLAG.shown);
}
const at = (x: number, y: number, shot = SHOT) => slotAt(records, sky.end, shot, NOW, false, x, y, 14);

test('the nearest flight is picked', () => {
  expect([at(500, 500), at(504, 500), at(506, 500), at(510, 505)]).toEqual([1, 1, 2, 2]);
});

test('nothing is picked where nothing is', () => {
  expect(at(600, 600)).toBe(-1);
});

test('another copy of the world is the same flight', () => {
  expect(at(-250, 500)).toBe(-1);
  expect(at(-250, 500, { ...SHOT, copies: 1 })).toBe(3);
});

test('ghosts and hidden flights are not picked', () => {
  records.look(3, FLAG.shown | FLAG.ghost);
  expect(at(750, 500)).toBe(-1);
  records.look(3, 0);
  expect(at(750, 500)).toBe(-1);
  records.look(3, FLAG.shown);
  expect(at(750, 500)).toBe(3);
});

test('aircraft grow with the zoom, and stay within bounds', () => {
  expect(halfSize(0, 1)).toBe(4);
  expect(halfSize(20, 1)).toBe(24);
  expect(halfSize(8, 2)).toBe(2 * 13.5);
});

test('the window of a pixel holds what is near it, and goes across 180 degrees', () => {
  expect(windowOf([{ x: 0.999, y: 0.5 }, { x: 0.001, y: 0.501 }])).toEqual({
    x: 0.999, y: 0.5, across: expect.closeTo(0.004, 9) as number, down: expect.closeTo(0.002, 9) as number,
  });
});

test('there is no window near a pole, or where the places lie far apart', () => {
  expect(windowOf([{ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.02 }])).toBeNull();
  expect(windowOf([{ x: 0.5, y: 0.5 }, { x: 0.8, y: 0.5 }])).toBeNull();
  expect(windowOf([{ x: 0.5, y: NaN }])).toBeNull();
});

test('a flight outside the window is not looked at', () => {
  const window = { x: 0.75, y: 0.5, across: 0.01, down: 0.01 };
  const pick = (x: number) => slotAt(records, sky.end, SHOT, NOW, false, x, 500, 14, window);
  expect([pick(500), pick(750)]).toEqual([-1, 3]);
});
