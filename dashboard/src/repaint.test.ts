import { expect, test } from 'vitest';
import { repaintInterval } from './repaint';

test('a world view is drawn once a second: nothing moves visibly sooner', () => {
  expect(repaintInterval(2, 50, 2000, 1)).toBe(1000);
});

test('near the ground it is drawn ten times a second', () => {
  expect(repaintInterval(12, 50, 0, 1)).toBe(100);
});

test('many flights are drawn less often', () => {
  expect(repaintInterval(12, 50, 5000, 1)).toBe(400);
});

test('a fast replay is drawn more often', () => {
  expect(repaintInterval(4, 50, 0, 60)).toBeLessThan(repaintInterval(4, 50, 0, 1));
});
