import { describe, expect, it } from 'vitest';
import { DEFAULTS, choicesOf } from './choices';
import { Kept } from './kept';
import { State } from './state';

function storage(first?: string) {
  const items = new Map(first === undefined ? [] : [['aerotrack', first]]);
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

describe('what the browser keeps', () => {
  it('is what the person changed, and comes back', () => {
    const place = storage();
    const kept = new Kept(() => place);
    kept.opened(DEFAULTS);
    kept.keep({ ...DEFAULTS, units: 'metric', theme: 'light', selected: ['a'], terms: ['alt>1'], home: { lat: 50, lon: 8 } });
    expect(place.items.get('aerotrack')).toBe('theme=light&units=metric&home=50,8');
    expect(new Kept(() => place).liked).toEqual({ theme: 'light', units: 'metric', home: { lat: 50, lon: 8 } });
  });

  it('is not where a receiver stands: only the home that was chosen', () => {
    const place = storage();
    const kept = new Kept(() => place);
    const state = new State();
    kept.opened(choicesOf(state));
    state.home.value = state.receiver.value = { lat: 50, lon: 8 };
    kept.keep(choicesOf(state));
    expect(place.items.has('aerotrack')).toBe(false);
    state.home.value = { lat: 51, lon: 7 };
    kept.keep(choicesOf(state));
    expect(place.items.get('aerotrack')).toBe('home=51,7');
  });

  it('is not what somebody else’s link says', () => {
    const place = storage('units=metric');
    const kept = new Kept(() => place);
    const opened = { ...DEFAULTS, units: 'imperial', theme: 'light' } as const;
    kept.opened(opened);
    kept.keep({ ...opened, raw: true });
    expect(place.items.get('aerotrack')).toBe('units=metric&raw=1');
  });

  it('goes when the default is chosen again', () => {
    const place = storage('units=metric');
    const kept = new Kept(() => place);
    const opened = { ...DEFAULTS, units: 'metric' } as const;
    kept.opened(opened);
    kept.keep({ ...opened, units: 'aviation' });
    expect(place.items.has('aerotrack')).toBe(false);
  });

  it('holds a theme only against what the system asks for', () => {
    const place = storage();
    const kept = new Kept(() => place, { theme: 'light' });
    expect(kept.liked.theme).toBe('light');
    const opened = { ...DEFAULTS, theme: 'light' } as const;
    kept.opened(opened);
    kept.keep({ ...opened, theme: 'dark' });
    expect(place.items.get('aerotrack')).toBe('theme=dark');
    expect(new Kept(() => place, { theme: 'light' }).liked.theme).toBe('dark');
    kept.keep(opened);
    expect(place.items.has('aerotrack')).toBe(false);
  });

  it('is forgotten', () => {
    const place = storage('units=metric');
    const kept = new Kept(() => place);
    kept.forget();
    expect(place.items.has('aerotrack')).toBe(false);
    expect(kept.liked.units).toBeUndefined();
  });

  it('ignores rubbish, and what does not belong there', () => {
    expect(new Kept(() => storage('theme=pink&sel=a&f=alt>1&{}&units=metric')).liked).toEqual({ theme: 'dark', units: 'metric' });
  });

  it('is nothing where the browser forbids it', () => {
    const kept = new Kept(() => {
      throw new Error('SecurityError');
    });
    kept.opened(DEFAULTS);
    kept.keep({ ...DEFAULTS, units: 'metric' });
    kept.forget();
    expect(kept.liked).toEqual({ theme: 'dark' });
  });
});
