import { expect, test } from 'vitest';
import { shownIn } from './legend_ink';

test('on the dark map a colour is what it is', () => {
  expect(shownIn('dark', [84, 164, 255])).toBe('rgb(84 164 255)');
});

test('on the light map it is darker, its strongest part least', () => {
  expect(shownIn('light', [84, 164, 255])).toBe('rgb(43 115 197)');
});

test('a grey stays grey, and nothing leaves the range of colours', () => {
  expect(shownIn('light', [100, 100, 100])).toBe('rgb(68 68 68)');
  expect(shownIn('light', [255, 0, 0])).toBe('rgb(213 0 0)');
});
