import { describe, expect, test } from 'vitest';
import { BOX, SHAPES, drawing, shapeOf } from './icons';

describe('the shape', () => {
  test.each([
    ['A320', null, 'airliner'], ['B77W', 'A5', 'heavy'], ['A388', null, 'quad'], ['B748', null, 'quad'],
    ['CRJ9', null, 'regional'], ['E190', null, 'regional'], ['GLF6', null, 'business'], ['C56X', null, 'business'],
    ['AT76', 'A3', 'turboprop'], ['PC12', null, 'turboprop'], ['C172', null, 'light'], ['SR22', null, 'light'],
    ['EC35', null, 'helicopter'], ['R44', 'A1', 'helicopter'], ['F16', null, 'fighter'], ['GLID', null, 'glider'],
    ['BALL', null, 'airship'], ['B738', null, 'airliner'], ['A21N', null, 'airliner'], ['B38M', null, 'airliner'],
    ['A20N', null, 'airliner'], ['H25B', null, 'business'], ['E35L', null, 'business'], ['BE23', null, 'light'], ['P32R', null, 'light'],
    ['DRON', null, 'drone'], ['B739', null, 'airliner'], ['BCS3', null, 'airliner'], ['A359', null, 'heavy'],
  ])('of type %s and category %s is %s', (type_code, category, shape) => {
    expect(shapeOf({ type_code, category })).toBe(shape);
  });

  test.each([
    ['A7', 'helicopter'], ['B1', 'glider'], ['B2', 'airship'], ['B6', 'drone'], ['C1', 'vehicle'], ['C3', 'tower'],
    ['A6', 'fighter'], ['A1', 'light'], ['A5', 'heavy'], ['', 'airliner'],
  ])('without a type is that of category "%s"', (category, shape) => {
    expect(shapeOf({ type_code: null, category })).toBe(shape);
  });

  test('of a type nobody knows is that of its category', () => {
    expect(shapeOf({ type_code: '<b>', category: 'A7' })).toBe('helicopter');
  });
});

describe('every drawing', () => {
  test.each([...SHAPES])('%s stays in its box', (shape) => {
    for (const [x, y] of drawing(shape).polygons.flat()) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(BOX);
    }
  });

  test.each([...SHAPES])('%s is alike on both sides', (shape) => {
    const points = drawing(shape).polygons.flat().map(([x, y]) => [x.toFixed(3), y.toFixed(3)].join());
    const mirror = drawing(shape).polygons.flat().map(([x, y]) => [(BOX - x).toFixed(3), y.toFixed(3)].join());
    expect(new Set(mirror)).toEqual(new Set(points));
  });
});
