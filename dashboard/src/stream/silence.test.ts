import { beforeEach, expect, test } from 'vitest';
import { afterSilence } from './silence';
import { Stage } from './stage.fake';

let stage: Stage;
let silent: number;
let heard: () => void;

beforeEach(() => {
  [stage, silent] = [new Stage(), 0];
  heard = afterSilence(stage, 15_000, () => (silent += 1));
});

test('is told once, when it has lasted', () => {
  stage.pass(14_900);
  expect(silent).toBe(0);
  stage.pass(200);
  stage.pass(60_000);
  expect(silent).toBe(1);
});

test('is none when something was heard', () => {
  heard();
  stage.pass(15_000);
  expect(silent).toBe(0);
});

test('of a page that slept is told only if nothing came meanwhile', () => {
  stage.pass(3_600_000);
  expect(silent).toBe(0);
  stage.pass(1000);
  expect(silent).toBe(1);
});

test('of a page that slept is none when something came meanwhile', () => {
  stage.pass(3_600_000);
  heard();
  stage.pass(60_000);
  expect(silent).toBe(0);
});
