import { describe, expect, test } from 'vitest';
import { iconName, shapeOf } from './icons';

const PLAIN = {
  category: null, type_code: null, track_deg: 10, altitude_ft: 30_000, on_ground: null, emergency: null,
};

describe('the shape', () => {
  test.each([
    [{}, 'jet'],
    [{ track_deg: null }, 'dot'],
    [{ category: 'A7' }, 'helicopter'],
    [{ category: 'A5' }, 'heavy'],
    [{ category: 'A3', type_code: 'B77W' }, 'heavy'],
    [{ type_code: 'A320' }, 'jet'],
    [{ type_code: 'AT76' }, 'light'],
    [{ track_deg: 0 }, 'jet'],
  ])('of %o is %s', (known, shape) => {
    expect(shapeOf({ ...PLAIN, ...known })).toBe(shape);
  });
});

describe('the paint', () => {
  test.each([
    [{}, 'jet-20'],
    [{ altitude_ft: 0 }, 'jet-0'],
    [{ altitude_ft: null }, 'jet-unknown'],
    [{ on_ground: true, altitude_ft: null }, 'jet-ground'],
    [{ on_ground: true, emergency: 'general' }, 'jet-emergency'],
  ])('of %o is %s', (known, name) => {
    expect(iconName({ ...PLAIN, ...known })).toBe(name);
  });
});
