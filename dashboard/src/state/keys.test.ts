import { describe, expect, it } from 'vitest';
import { KEYS, keyFor, keyOf, type Press } from './keys';

function press(key: string, also: Partial<Press> = {}): Press {
  return { key, code: '', ctrl: false, meta: false, alt: false, shift: false, repeat: false, typing: false, pressable: false, ...also };
}
const idOf = (key: string, also: Partial<Press> = {}, letters = true): string | undefined => keyOf(press(key, also), letters)?.id;

describe('the keys', () => {
  it.each([
    ['/', 'find'], ['?', 'panel.help'], ['Escape', 'close'], [' ', 'pause'], [',', 'slower'], ['.', 'faster'], ['n', 'live'], ['f', 'follow'],
    ['b', 'panel.table'], ['y', 'panel.layers'], ['j', 'panel.events'], ['x', 'panel.time'], ['g', 'projection'], ['z', 'measure'],
  ])('%s is %s', (key, id) => {
    expect(idOf(key)).toBe(id);
  });

  it.each([
    ['q', 'zoom.out'], ['e', 'zoom.in'], ['w', 'pan.north'], ['a', 'pan.west'], ['s', 'pan.south'], ['d', 'pan.east'], ['t', 'layer.trails'],
    ['m', 'multi'], ['l', 'labels.switch'], ['o', 'labels.longer'], ['i', 'isolate'], ['v', 'scope'], ['r', 'random'], ['h', 'home'],
    ['c', 'filters.clear'], ['u', 'military'],
  ])('%s does what it does in tar1090: %s', (key, id) => {
    expect(idOf(key)).toBe(id);
  });

  it('are each used once', () => {
    const all = KEYS.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(KEYS.map(({ id }) => id)).size).toBe(KEYS.length);
  });

  it('leave the browser’s own alone', () => {
    for (const letter of 'abcdefghijlmnopqrstuvwxyz/') {
      expect(idOf(letter, { ctrl: true })).toBeUndefined();
      expect(idOf(letter, { meta: true })).toBeUndefined();
    }
    expect(idOf('d', { alt: true })).toBeUndefined();
    expect(idOf('f', { shift: true })).toBeUndefined();
    expect(idOf(' ', { shift: true })).toBeUndefined();
    expect(idOf('F5')).toBeUndefined();
    expect(idOf('Tab')).toBeUndefined();
    expect(idOf('Enter')).toBeUndefined();
    expect(idOf('ArrowUp')).toBeUndefined();
  });

  it('find commands with Ctrl or Cmd and K, from a field too', () => {
    expect(idOf('k', { ctrl: true })).toBe('commands');
    expect(idOf('k', { meta: true, typing: true })).toBe('commands');
    expect(idOf('K', { ctrl: true, shift: true })).toBeUndefined(); // the browser's console
    expect(idOf('k')).toBeUndefined();
  });

  it('are letters while one types', () => {
    for (const key of ['f', '/', '?', ' ', 'Escape', '.']) expect(idOf(key, { typing: true })).toBeUndefined();
  });

  it('leave Space to a button that has the focus, not the letters', () => {
    expect(idOf(' ', { pressable: true })).toBeUndefined();
    expect(idOf('f', { pressable: true })).toBe('follow');
  });

  it('do not mind caps lock, nor the shift a layout wants for a sign', () => {
    expect(idOf('F')).toBe('follow');
    expect(idOf('/', { shift: true })).toBe('find');
    expect(idOf('?', { shift: true })).toBe('panel.help');
  });

  it('are where they are on a keyboard with other letters', () => {
    expect(idOf('а', { code: 'KeyF' })).toBe('follow');
    expect(idOf('л', { code: 'KeyK', ctrl: true })).toBe('commands');
    expect(idOf('z', { code: 'KeyY' })).toBe('measure'); // a Latin letter is what it says
  });

  it('go on when held down only where that is sensible', () => {
    expect(idOf('w', { repeat: true })).toBe('pan.north');
    expect(idOf('t', { repeat: true })).toBeUndefined();
    expect(idOf(' ', { repeat: true })).toBeUndefined();
  });

  it('can be switched off, but for those that no speech types', () => {
    expect(idOf('f', {}, false)).toBeUndefined();
    expect(idOf('?', {}, false)).toBeUndefined();
    expect(idOf('Escape', {}, false)).toBe('close');
    expect(idOf('k', { ctrl: true }, false)).toBe('commands');
  });

  it('are named beside their commands', () => {
    expect(keyFor('follow')).toBe('F');
    expect(keyFor('kiosk')).toBeUndefined();
  });
});
