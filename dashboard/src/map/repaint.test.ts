import { describe, expect, test } from 'vitest';
import { Repaint, repaintInterval, slideMs } from './repaint';

describe('the interval', () => {
  test.each([
    [2, 1000], [5, 1000], [6, 760], [7, 380], [9, 95], [11, 24], [13, 6],
  ])('at zoom %d, 50 degrees north, is about %d ms', (zoom, ms) => {
    const interval = repaintInterval(zoom, 50, 1);
    expect(interval).toBeGreaterThan(ms * 0.95);
    expect(interval).toBeLessThan(ms * 1.05);
  });

  test('of a fast replay is shorter', () => {
    expect(repaintInterval(6, 50, 60)).toBeCloseTo(repaintInterval(6, 50, 1) / 60, 0);
  });

  test('of a time that stands still is the longest', () => {
    expect(repaintInterval(15, 50, 0)).toBe(1000);
  });
});

test('a correction that the precision of the stream brings does not slide, a larger one until nobody sees it', () => {
  expect(slideMs(0.99, 2.5)).toBe(0);
  expect(slideMs(1.01, 2.5)).toBeGreaterThan(500);
  expect(slideMs(0.25 * Math.E ** 2.5, 2.5)).toBeCloseTo(1000, 6);
});

describe('the map is drawn', () => {
  function drawnAt(wall: number): Repaint {
    const repaint = new Repaint();
    repaint.drawn(wall);
    return repaint;
  }

  test('at once in the beginning', () => {
    expect(new Repaint().due(0, 1000, false)).toBe(true);
  });

  test('when the interval is over, and not before', () => {
    expect(drawnAt(1000).due(1370, 380, false)).toBe(false);
    expect(drawnAt(1000).due(1380, 380, false)).toBe(true);
  });

  test('with every frame while something slides', () => {
    const repaint = drawnAt(1000);
    repaint.slide(1500);
    expect(repaint.due(1010, 1000, false)).toBe(true);
    expect(repaint.due(1501, 1000, false)).toBe(false);
  });

  test('at once after a choice, and then not again', () => {
    const repaint = drawnAt(1000);
    repaint.soon();
    expect(repaint.due(1001, 1000, true)).toBe(true);
    repaint.drawn(1002);
    expect(repaint.due(1003, 1000, true)).toBe(false);
  });

  test('once a second for those who want less motion', () => {
    const repaint = drawnAt(1000);
    repaint.slide(5000);
    expect(repaint.due(1999, 10, true)).toBe(false);
    expect(repaint.due(2000, 10, true)).toBe(true);
  });
});
