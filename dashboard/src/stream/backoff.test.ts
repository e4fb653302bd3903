import { expect, test } from 'vitest';
import { retryDelay } from './backoff';

test('the first attempt comes after half a second to five', () => {
  expect([retryDelay(0, 0), retryDelay(0, 1)]).toEqual([0.5, 5]);
});

test('the wait grows to half a minute and no further', () => {
  expect([retryDelay(2, 1), retryDelay(3, 1), retryDelay(1000, 1)]).toEqual([20, 30, 30]);
});

test('viewers spread over the whole time', () => {
  expect(retryDelay(5, 0.5)).toBe(15.25);
});
