import { expect, test } from 'vitest';
import { Feeds, feedsIn } from './feeds';

const ROOF = {
  name: 'roof', url: 'beast://10.0.0.5:30005#roof', state: 'connected', connected: true, error: null, messages: 9000, accepted: 410,
  refused: { jump: 2, bad_crc: 31, stale: 0 }, rate_per_s: 812.4, lag_seconds: 0.2, last_message: null, kinds: { DF11: 20, DF17: 70 },
  overlap: 0.31, contribution: 0.62, receiver: { lat: 50.1, lon: -8.6 }, max_range_nm: 212.4, outline: [212.4, null, 0],
};

test('a feed is told with what was refused and its kinds, most first, and nothing that never was', () => {
  expect(feedsIn({ feeds: [ROOF] })).toEqual([{
    name: 'roof', state: 'connected', error: null, rate: 812.4, lag: 0.2, accepted: 410, refused: [['bad_crc', 31], ['jump', 2]],
    kinds: [['DF17', 70], ['DF11', 20]], overlap: 0.31, contribution: 0.62, receiver: { lat: 50.1, lon: -8.6 }, outline: [212.4, null, 0],
  }]);
});

test('what a server does not tell is not known, and never a 0', () => {
  const [feed] = feedsIn({ feeds: [{ name: 'a', overlap: null }] });
  expect(feed).toMatchObject({ lag: null, overlap: null, contribution: null, receiver: null, outline: null, refused: [], kinds: [] });
});

test('the equator and the meridian of Greenwich are places, half a place and one off the Earth are none', () => {
  const places = [{ lat: 0, lon: 0 }, { lat: 50 }, { lat: 95, lon: 8 }, { lat: '50', lon: 8 }, null, 7];
  const feeds = places.map((receiver) => ({ name: 'a', receiver }));
  expect(feedsIn({ feeds }).map(({ receiver }) => receiver)).toEqual([{ lat: 0, lon: 0 }, null, null, null, null, null]);
});

test('anything else is no feed', () => {
  for (const bad of [null, {}, 'x', { feeds: 'x' }, { feeds: [null, 7, { url: 'sim:' }] }]) expect(feedsIn(bad)).toEqual([]);
});

test('they stand as the server told last, also when it no longer answers', async () => {
  let away = false;
  const feeds = new Feeds(() => (away ? Promise.reject(new Error('away')) : Promise.resolve({ feeds: [ROOF] })));
  await feeds.ask();
  away = true;
  await expect(feeds.ask()).rejects.toThrow('away');
  expect(feeds.list.value.map(({ name }) => name)).toEqual(['roof']);
});
