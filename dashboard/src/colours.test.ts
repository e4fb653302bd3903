import { expect, test } from 'vitest';
import { STEPS, UNKNOWN, altitudeColour, altitudeStep, stepColour } from './colours';

test('the ground and all below it is the first step', () => {
  expect([altitudeStep(-300), altitudeStep(0)]).toEqual([0, 0]);
});

test('very high is the last step', () => {
  expect(altitudeStep(60_000)).toBe(STEPS - 1);
});

test('the ends of the ramp are its first and last colour', () => {
  expect([stepColour(0), stepColour(STEPS - 1)]).toEqual(['rgb(255 128 78)', 'rgb(228 116 242)']);
});

test('every step has a colour of its own', () => {
  expect(new Set(Array.from({ length: STEPS }, (_, step) => stepColour(step))).size).toBe(STEPS);
});

test('altitude 0 is known, null is not', () => {
  expect(altitudeColour(0)).toBe(stepColour(0));
  expect(altitudeColour(null)).toBe(UNKNOWN);
});
