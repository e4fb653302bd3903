import { expect, test } from 'vitest';
import { parse } from './grammar';
import { isMilitary } from './military';

test.each([
  ['ae1234', true], ['ADF7C8', true], ['adf7c7', false], ['3f4000', true], ['3fc000', false], ['43c5a1', true],
  ['4ca2d6', false], ['3c6444', false], ['~ae1234', false], ['', false],
])('the address %s is of armed forces: %s', (icao24, military) => {
  expect(isMilitary(icao24)).toBe(military);
});

test('mil is a term of the filter, as it is in tar1090', () => {
  expect(parse('mil')).toMatchObject({ text: 'mil', label: 'Military address' });
  expect(parse('-military')).toMatchObject({ text: '-mil' });
});
