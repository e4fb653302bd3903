import { expect, test } from 'vitest';
import { census } from './census';
import { skyOf } from './sky.fake';

const sky = skyOf(
  { id: 'a', operator: 'Lufthansa', type_code: 'A320' },
  { id: 'b', operator: 'KLM', type_code: 'B738' },
  { id: 'c', operator: null, type_code: 'A320' },
  { id: 'd', operator: 'Lufthansa', type_code: null },
  { id: 'e', operator: ' ', type_code: 'A388' },
  { id: 'f', operator: null },
);
const ALL = Uint32Array.of(6, 5, 4, 3, 2, 1);

test('the largest group is first, equals by name, those not known of last however many', () => {
  expect(census(sky, ALL, 'operator')).toEqual([
    { name: 'Lufthansa', slots: [4, 1] },
    { name: 'KLM', slots: [2] },
    { name: null, slots: [6, 5, 3] },
  ]);
  expect(census(sky, ALL, 'type_code').map(({ name }) => name)).toEqual(['A320', 'A388', 'B738', null]);
});

test('only listed flights count, and none that has gone', () => {
  sky.drop(1);
  expect(census(sky, Uint32Array.of(1, 2), 'operator')).toEqual([{ name: 'KLM', slots: [2] }]);
});
