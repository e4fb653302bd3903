import { expect, test } from 'vitest';
import { pageTitle } from './title';

test.each([
  [0, null, 'AeroTrack'],
  [2, null, '(2!) AeroTrack'],
  [0, 'Sun 22 Nov 21:04', 'Replay Sun 22 Nov 21:04 · AeroTrack'],
  [1, 'Sun 22 Nov 21:04', '(1!) Replay Sun 22 Nov 21:04 · AeroTrack'],
])('%i emergencies, played: %o', (emergencies, past, title) => {
  expect(pageTitle(emergencies, past)).toBe(title);
});
