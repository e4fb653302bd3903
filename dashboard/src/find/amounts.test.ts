import { expect, test } from 'vitest';
import { parse } from './grammar';

const label = (text: string): string => {
  const read = parse(text);
  return 'error' in read ? read.error : read.label;
};

test('a label tells an amount in the unit it was written in', () => {
  expect(label('alt>30000')).toBe('Altitude > 30,000 ft');
  expect(label('alt>10km')).toBe('Altitude > 10 km');
  expect(label('alt<=FL100')).toBe('Altitude ≤ FL100');
  expect(label('speed<500kmh')).toBe('Speed < 500 km/h');
  expect(label('vs:-10m/s')).toBe('Vertical rate about -10 m/s');
  expect(label('alt>10k')).toBe('Altitude > 10,000 ft');
});

test('a range tells its unit once', () => {
  expect(label('alt:10-12km')).toBe('Altitude 10 to 12 km');
  expect(label('alt:12km-10000m')).toBe('Altitude 10,000 m to 12 km');
  expect(label('alt:FL100-FL200')).toBe('Altitude FL100 to FL200');
  expect(label('track:350-10')).toBe('Track 350 to 10°');
});
