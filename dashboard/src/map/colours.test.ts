import { expect, test } from 'vitest';
import {
  COLOURINGS, RAMP_WIDTH, SCALES, SOURCES, STEPS, UNKNOWN, altitudeColour, altitudeStep, colourOn, rampTexels, shade,
  sourceShade, stepColour,
} from './colours';

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

test('a ramp runs from the colour of its low end to that of its high end', () => {
  const texels = rampTexels();
  const speed = COLOURINGS.indexOf('speed') * RAMP_WIDTH * 4;
  expect([...texels.subarray(speed, speed + 4)]).toEqual([116, 88, 190, 255]);
  expect([...texels.subarray(speed + 1020, speed + 1024)]).toEqual([253, 231, 37, 255]);
});

test('beyond the ends of a scale its colours stay', () => {
  expect(colourOn(SCALES.climb, -9000)).toEqual(colourOn(SCALES.climb, -3000));
  expect(colourOn(SCALES.climb, 9000)).toEqual(colourOn(SCALES.climb, 3000));
});

test('level flight is in the middle of the scale of climb', () => {
  expect(shade(SCALES.climb, 0)).toBe(0.5);
});

test('every source finds its own colour in the ramp, and a new one that of "other"', () => {
  const row = COLOURINGS.indexOf('source') * RAMP_WIDTH;
  const texels = rampTexels();
  const colourOf = (source: string): number[] => {
    const at = (row + Math.floor(sourceShade(source) * RAMP_WIDTH)) * 4;
    return [...texels.subarray(at, at + 3)];
  };
  for (const [source, colour] of SOURCES) expect(colourOf(source)).toEqual(colour);
  expect(colourOf('carrier pigeon')).toEqual(colourOf('other'));
  expect(sourceShade(null)).toBeNaN();
});
