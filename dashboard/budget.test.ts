import { expect, test } from 'vitest';
import { counts, verdict } from './budget';

test.each([
  ['assets/index-B1.js', true], ['assets/maplibre-gl-worker-C2.mjs', true], ['assets/index-D3.css', true],
  ['assets/inter-latin.woff2', false], ['index.html', false], ['plane.svg', false],
])('%s counts: %s', (name, does) => {
  expect(counts(name)).toBe(does);
});

test('a page of as much as it may weigh is within the budget', () => {
  const { within, said } = verdict([{ name: 'a.js', bytes: 400_000 }, { name: 'b.css', bytes: 150_000 }], 550);
  expect(within).toBe(true);
  expect(said).toBe('Scripts and styles weigh 550.0 kB gzipped, of 550 kB they may (a.js 400.0, b.css 150.0).');
});

test('a byte more is too much, and the heaviest files are named first', () => {
  const { within, said } = verdict([{ name: 'b.css', bytes: 150_001 }, { name: 'a.js', bytes: 400_000 }], 550);
  expect(within).toBe(false);
  expect(said).toMatch(/take something out.*\(a\.js 400\.0, b\.css 150\.0\)\.$/);
});
