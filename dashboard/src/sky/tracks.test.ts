import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { skyOf, tell } from './sky.fake';
import { Tracks } from './tracks';

const STORED = { positions: [{ time: '1970-01-01T00:00:10Z', lat: 50, lon: 8 }, { time: '1970-01-01T00:00:20Z', lat: 50, lon: 9 }] };
const answered = (): Promise<void> => new Promise((done) => setTimeout(done));

function stage(answer: () => Promise<unknown>) {
  const sky = skyOf({ id: 'a', lat: 50, lon: 9, time: 20_000 });
  const selected = signal<readonly string[]>([]);
  const asked: string[] = [];
  const tracks = new Tracks(sky, (path) => (asked.push(path), answer()), selected);
  const times = (): number[] | undefined => tracks.of('a')?.points.map(({ at }) => at / 1000);
  return { sky, selected, asked, tracks, times };
}

test('a selected flight has its stored track, continued by what is heard, each point once', async () => {
  const { sky, selected, asked, tracks, times } = stage(() => Promise.resolve(STORED));
  selected.value = ['a'];
  tell(sky, [{ id: 'a', lat: 50, lon: 10, time: 30_000 }]);
  tracks.take(false);
  await answered();
  tell(sky, [{ id: 'a', lat: 50, lon: 11, time: 40_000 }]);
  tracks.take(false);
  tell(sky, []);
  tracks.take(false);
  expect(asked).toEqual(['api/v1/flights/a/track']);
  expect(times()).toEqual([10, 20, 30, 40]);
});

test('without a history it begins with what is heard', async () => {
  const { selected, tracks, times } = stage(() => Promise.reject(new Error('no database')));
  selected.value = ['a'];
  await answered();
  expect(times()).toEqual([20]);
  expect(tracks.of('a')?.asked).toBe(false);
});

test('who is no longer selected is forgotten, even when its track comes late', async () => {
  const { selected, tracks } = stage(() => Promise.resolve(STORED));
  selected.value = ['a'];
  selected.value = [];
  await answered();
  expect(tracks.of('a')).toBeNull();
});

test('on another time line the track is asked for anew, and what was heard on the old one is not kept', async () => {
  const { sky, selected, asked, tracks, times } = stage(() => Promise.resolve(STORED));
  selected.value = ['a'];
  await answered();
  tell(sky, [{ id: 'a', lat: 50, lon: 10, time: 30_000 }]);
  tracks.take(false);
  const edition = tracks.of('a')?.edition;
  tell(sky, [{ id: 'a', lat: 50, lon: 8, time: 10_000 }]);
  tracks.take(true);
  await answered();
  expect(asked).toHaveLength(2);
  expect(times()).toEqual([10, 20]);
  expect(tracks.of('a')?.edition).not.toBe(edition);
});
