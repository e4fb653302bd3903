import { expect, test } from 'vitest';
import type { App } from '../app';
import { State } from '../state/state';
import { commands } from './commands';

function of(prepare: (state: State) => void = () => undefined) {
  const state = new State();
  prepare(state);
  const app = { state } as App;
  const list = commands(app);
  return { state, app, list, named: (id: string) => list.find((one) => one.id === id), run: (id: string) => list.find((one) => one.id === id)!.run(app) };
}

test('what has nothing to do is not offered', () => {
  const { named } = of();
  for (const id of ['filters.clear', 'others', 'follow', 'isolate', 'selection.clear', 'live']) expect(named(id)).toBeUndefined();
});

test('titles say what would happen now', () => {
  expect(of().named('panel.table')?.title).toBe('Open the table of flights');
  expect(of((state) => void (state.open.value = new Set(['table'] as const))).named('panel.table')?.title).toBe('Close the table of flights');
  expect(of((state) => state.choose('a')).named('follow')?.title).toBe('Follow the selected flight');
  const hidden = of((state) => void (state.terms.value = ['air']));
  expect(hidden.named('others')?.title).toBe('Show filtered flights as ghosts');
});

test('a choice that is made is not offered again', () => {
  const ids = of((state) => void (state.units.value = 'metric')).list.map(({ id }) => id);
  expect(ids).toContain('units.aviation');
  expect(ids).not.toContain('units.metric');
});

test('military flights alone are shown, and the others again', () => {
  const { state, app, run, list } = of((before) => void (before.terms.value = ['air', '-mil']));
  expect(list.find(({ id }) => id === 'military')?.title).toBe('Show military flights only');
  run('military');
  expect(state.terms.value).toEqual(['air', 'mil']);
  commands(app).find(({ id }) => id === 'military')!.run(app);
  expect(state.terms.value).toEqual(['air']);
});

test('a distance is measured until one stops', () => {
  const { state, app, run } = of();
  run('measure');
  expect(state.measure.value).toEqual({ points: [], open: true });
  expect(commands(app).find(({ id }) => id === 'measure')?.title).toBe('Stop measuring');
  expect(commands({ ...app, plainly: 'no WebGL' }).map(({ id }) => id)).not.toContain('measure');
});

test('they do what they say', () => {
  const { state, run } = of((before) => {
    before.terms.value = ['air'];
    before.playing.value = { at: 1000, speed: 5 };
    before.choose('a');
  });
  run('pause');
  expect(state.playing.value).toEqual({ at: 1000, speed: 0 });
  run('live');
  expect(state.playing.value).toEqual({ at: null, speed: 1 });
  run('others');
  expect(state.others.value).toBe('ghost');
  run('filters.clear');
  expect(state.terms.value).toEqual([]);
  run('selection.clear');
  expect(state.chosen).toBeNull();
  run('panel.events');
  expect([...state.open.value]).toEqual(['events']);
  run('layer.night');
  expect(state.layers.value.has('night')).toBe(false);
});

test('no two commands have the same id, and the keys of the list are shown', () => {
  const { list, named } = of();
  expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  expect(named('panel.events')?.keys).toBe('J');
});
