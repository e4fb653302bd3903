import { expect, test } from 'vitest';
import { receiversIn } from './receivers';

test('a feed whose address has a place tells where its receiver stands', () => {
  const feeds = [{ name: 'roof', url: 'beast://10.0.0.5:30005?lat=50.1&lon=-8.6#roof' }, { name: 'sim', url: 'sim:?flights=2000&seed=5' }];
  expect(receiversIn({ feeds })).toEqual([{ name: 'roof', lat: 50.1, lon: -8.6 }]);
});

test('the equator and the meridian of Greenwich are places', () => {
  expect(receiversIn({ feeds: [{ name: 'a', url: 'beast://h:1?lat=0&lon=0' }] })).toHaveLength(1);
});

test('half a place, a place off the Earth and anything else are none', () => {
  const urls = ['beast://h:1?lat=50', 'beast://h:1?lat=&lon=', 'beast://h:1?lat=95&lon=8', 'beast://h:1?lat=x&lon=8', 7, undefined];
  expect(receiversIn({ feeds: urls.map((url) => ({ name: 'a', url })) })).toEqual([]);
  for (const bad of [null, {}, { feeds: 'x' }, { feeds: [null] }]) expect(receiversIn(bad)).toEqual([]);
});
