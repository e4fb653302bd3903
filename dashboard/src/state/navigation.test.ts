import { describe, expect, it } from 'vitest';
import { Navigation } from './navigation';
import { State } from './state';

/** A browser's history, and timers that fire when they are told to. */
function stage(rest = '') {
  const entries = ['#'];
  let at = 0;
  const log: string[] = [];
  const timers: { ms: number; then: () => void }[] = [];
  const state = new State();
  const bar = {
    hash: () => entries[at]!,
    go(query: string, hash: string, how: 'push' | 'replace') {
      log.push(`${how} ${query}${hash}`);
      if (how === 'push') entries.splice(++at, entries.length, hash);
      else entries[at] = hash;
    },
  };
  const after = (ms: number, then: () => void) => {
    const timer = { ms, then };
    timers.push(timer);
    return () => void timers.splice(timers.indexOf(timer), 1);
  };
  const navigation = new Navigation(bar, state, after, rest);
  return {
    state, navigation, log, timers,
    /** All that is due happens. */
    pass: () => timers.splice(0).forEach(({ then }) => then()),
    back() {
      at--;
      navigation.returned(true);
    },
    paste(hash: string) {
      entries.splice(++at, entries.length, hash);
      navigation.returned(false);
    },
  };
}

describe('the address', () => {
  it('follows the map without a step in the history, twice a second at most', () => {
    const { state, navigation, log, timers, pass } = stage();
    navigation.unmoved();
    navigation.start();
    pass();
    expect(log).toEqual(['replace ']);
    state.camera.value = { zoom: 5, lat: 1, lon: 2, bearing: 0, pitch: 0 };
    state.camera.value = { zoom: 6, lat: 1, lon: 2, bearing: 0, pitch: 0 };
    expect(timers.map(({ ms }) => ms)).toEqual([500]);
    pass();
    expect(log).toEqual(['replace ', 'replace #6/1/2']);
  });

  it('makes a step of a selection, a filter, a moment; not of a theme or a pace', () => {
    const { state, navigation, log, pass } = stage();
    navigation.unmoved();
    navigation.start();
    pass();
    log.length = 0;
    state.choose('a');
    pass();
    state.terms.value = ['alt>1000'];
    pass();
    state.playing.value = { at: Date.UTC(2026, 10, 22, 9), speed: 1 };
    pass();
    state.playing.value = { at: Date.UTC(2026, 10, 22, 9), speed: 10 };
    pass();
    state.theme.value = 'light';
    pass();
    expect(log).toEqual([
      'push #sel=a',
      'push #sel=a&f=alt%3E1000',
      'push #sel=a&f=alt%3E1000&t=2026-11-22T09:00:00Z',
      'replace #sel=a&f=alt%3E1000&t=2026-11-22T09:00:00Z&speed=10',
      'replace #sel=a&f=alt%3E1000&t=2026-11-22T09:00:00Z&speed=10&theme=light',
    ]);
  });

  it('makes one step of what happens at once', () => {
    const { state, navigation, log, pass } = stage();
    navigation.unmoved();
    navigation.start();
    pass();
    log.length = 0;
    state.choose('a');
    state.playing.value = { at: Date.UTC(2026, 10, 22, 9), speed: 1 };
    pass();
    expect(log).toEqual(['push #sel=a&t=2026-11-22T09:00:00Z']);
  });

  it('goes back to what was selected and filtered, and to where the map looked, not to another theme', () => {
    const { state, navigation, pass, back } = stage();
    navigation.unmoved();
    navigation.start();
    pass();
    state.camera.value = { zoom: 6, lat: 1, lon: 2, bearing: 0, pitch: 0 };
    state.choose('a');
    pass();
    state.follow.value = true;
    state.camera.value = { zoom: 9, lat: 3, lon: 4, bearing: 0, pitch: 0 };
    state.theme.value = 'light';
    state.choose('b');
    pass();
    back();
    expect(state.selected.value).toEqual(['a']);
    expect(state.camera.value).toMatchObject({ zoom: 6, lat: 1 });
    expect(state.theme.value).toBe('light');
    back();
    expect(state.selected.value).toEqual([]);
    expect(state.follow.value).toBe(false);
  });

  it('makes no step of going back', () => {
    const { state, navigation, log, pass, back } = stage();
    navigation.unmoved();
    navigation.start();
    pass();
    state.choose('a');
    pass();
    log.length = 0;
    back();
    pass();
    expect(log).toEqual(['replace ']);
  });

  it('takes all of an address somebody pasted', () => {
    const { state, navigation, pass, paste } = stage();
    navigation.start();
    pass();
    state.terms.value = ['alt>1000'];
    paste('#7/50/8&sel=b&theme=light');
    expect(state.camera.value).toMatchObject({ zoom: 7, lat: 50, lon: 8 });
    expect(state.selected.value).toEqual(['b']);
    expect(state.terms.value).toEqual([]);
    expect(state.theme.value).toBe('light');
  });

  it('says that the panels are hidden, and keeps what a proxy wants', () => {
    const { state, navigation, log, pass } = stage('?token=x');
    navigation.unmoved();
    navigation.start();
    state.kiosk.value = true;
    pass();
    expect(log).toEqual(['replace ?kiosk&token=x']);
  });

  it('is shared with the panels, where the map looks, and the moment that is played', () => {
    const { state, navigation } = stage('?nowebgl=&token=x');
    navigation.unmoved();
    state.embed.value = true;
    state.playing.value = { at: Date.UTC(2026, 10, 22, 9), speed: 1 };
    expect(navigation.shared(Date.UTC(2026, 10, 22, 9, 5, 7))).toEqual({ query: '?token=x', hash: '#1/40/8&t=2026-11-22T09:05:07Z' });
    state.playing.value = { at: null, speed: 1 };
    expect(navigation.shared(null).hash).toBe('#1/40/8');
  });
});
