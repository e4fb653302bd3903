import { describe, expect, it } from 'vitest';
import { readHash, writeHash } from './address';
import { DEFAULTS, choicesOf, choose, type Choices } from './choices';
import { State } from './state';

const CAMERA = { zoom: 8.25, lat: 50.0333, lon: 8.5706, bearing: 0, pitch: 0 };

/** What an address written from these choices says when it is read. */
function again(made: Partial<Choices>): Partial<Choices> {
  return readHash(writeHash({ ...DEFAULTS, ...made }, null));
}

describe('an address', () => {
  it('is empty when nothing differs from the default', () => {
    expect(writeHash(DEFAULTS, null)).toBe('');
  });

  it('tells every choice', () => {
    const choices: Choices = {
      camera: CAMERA, selected: ['3c6444-6b0355fc', '~2b1234-01'], terms: ['alt>30000', 'type:A388,A359'],
      playing: { at: Date.UTC(2026, 10, 22, 9), speed: 10 }, isolate: true, follow: true, others: 'ghost', table: 'all',
      sorting: { by: 'altitude_ft', descending: true }, columns: ['callsign', 'squawk'], layers: new Set(['trails', 'night']),
      theme: 'light', projection: 'flat', units: 'metric', colouring: 'speed', labels: 'full', raw: true, iconScale: 1.2,
      home: { lat: 50.1, lon: -8.6 }, sound: true, shortcuts: false,
    };
    expect(writeHash(choices, CAMERA)).toBe(
      '#8.25/50.033/8.571&sel=3c6444-6b0355fc,~2b1234-01&f=alt%3E30000;type:A388,A359&t=2026-11-22T09:00:00Z&speed=10' +
        '&isolate=1&follow=1&others=ghost&table=all&sort=-altitude_ft&cols=callsign,squawk&layers=night,trails&theme=light' +
        '&proj=flat&units=metric&colour=speed&labels=full&raw=1&scale=1.2&home=50.1,-8.6',
    );
  });

  it('is read as it was written', () => {
    const made: Partial<Choices> = {
      selected: ['a', 'b'], playing: { at: Date.UTC(2026, 0, 2, 3, 4, 5), speed: 0 }, table: 'view', labels: 'none', raw: true,
      columns: ['route'], home: { lat: 0, lon: 0 }, sorting: { by: 'squawk', descending: false }, iconScale: 0.5, layers: new Set(),
    };
    expect(again(made)).toEqual(made);
  });

  it('keeps the signs that would end a term', () => {
    const terms = ['cs:/^(DLH|BAW);&#=%+/', 'op:"Air France, Hop"', 'reg:D-AIMA'];
    expect(again({ terms }).terms).toEqual(terms);
  });

  it('tells bearing and pitch only of a turned map, and no more decimals than can be seen', () => {
    const turned = { zoom: 2.123456, lat: 50.03333, lon: -0.0001, bearing: -45.04, pitch: 30.4 };
    expect(writeHash(DEFAULTS, turned)).toBe('#2.12/50.03/0/-45/30');
  });

  it('does not tell what is only for one’s own ears and hands', () => {
    expect(writeHash({ ...DEFAULTS, sound: true, shortcuts: false }, null)).toBe('');
    expect(readHash('#sound=1&shortcuts=0')).toEqual({});
  });

  it('says no speed in the present', () => {
    expect(writeHash({ ...DEFAULTS, playing: { at: null, speed: 5 } }, null)).toBe('');
    expect(readHash('#speed=5')).toEqual({});
  });
});

describe('reading an address', () => {
  it('finds the camera', () => {
    expect(readHash('#8.25/50.0333/8.5706')).toEqual({ camera: CAMERA });
    expect(readHash('#8/1/2/90/45').camera).toEqual({ zoom: 8, lat: 1, lon: 2, bearing: 90, pitch: 45 });
  });

  it('brings what lies beyond the map back to its edge', () => {
    expect(readHash('#99/90/190/270/80').camera).toEqual({ zoom: 15, lat: 85.06, lon: -170, bearing: -90, pitch: 60 });
  });

  it('takes a hash without a camera', () => {
    expect(readHash('#sel=a&theme=light')).toEqual({ selected: ['a'], theme: 'light' });
  });

  it('takes a moment without seconds or without its Z as UTC', () => {
    const at = Date.UTC(2026, 10, 22, 9);
    expect(readHash('#t=2026-11-22T09:00').playing).toEqual({ at, speed: 1 });
    expect(readHash('#t=2026-11-22T09:00:00z').playing).toEqual({ at, speed: 1 });
    expect(readHash('#t=2026-11-22T09%3A00%3A00Z&speed=0').playing).toEqual({ at, speed: 0 });
    expect(readHash('#speed=0.1&t=2026-11-22T09:00Z').playing).toEqual({ at, speed: 0.1 });
  });

  it.each([
    '', '#', '#&', '#//', '#a/b/c', '#1/2', '#1/2/3/4/5/6', '#1/91/0', '#1/0/400', '#Infinity/0/0', '#1e3/0/0', '#sel', '#sel=', '#t=',
    '#t=yesterday', '#t=2026-13-40T99:99Z', '#t=1e9', '#theme=pink', '#units=', '#layers=nothing', '#labels=<b>', '#raw=yes', '#scale=0',
    '#scale=99', '#scale=', '#home=1', '#home=91,0', '#home=1,2,3', '#home=,', '#sort=-', '#sort=constructor()', '#cols=', '#cols=A B',
    '#table=', '#table=some', '#colour=red', '#proj=cube', '#others=x', '#__proto__=1', '#constructor=1', '#%', '#%E0%A4%A=%', '#f',
  ])('makes nothing of %s', (hash) => {
    const { selected, ...rest } = readHash(hash);
    expect(selected ?? []).toEqual([]);
    expect(rest).toEqual({});
  });

  it('keeps the good part of what is half good', () => {
    expect(readHash('#x/y&sel=a,,b,a&theme=pink&units=metric&cols=callsign,<x>&layers=night,sun&f=;;alt>1000; ;%')).toEqual({
      selected: ['a', 'b'], units: 'metric', columns: ['callsign'], layers: new Set(['night']), terms: ['alt>1000', '%'],
    });
  });

  it('takes no more than a person would choose', () => {
    expect(readHash(`#sel=${Array.from({ length: 500 }, (_, i) => `f${i}`).join(',')}`).selected).toHaveLength(50);
    expect(readHash(`#f=${'a;'.repeat(500)}`).terms).toHaveLength(50);
    expect(readHash(`#sel=${'a'.repeat(65)},b`).selected).toEqual(['b']);
  });

  it('lets the last of a name count', () => {
    expect(readHash('#units=metric&units=imperial')).toEqual({ units: 'imperial' });
  });

  it('ignores a speed no replay has', () => {
    for (const speed of ['501', '0.05', '-1', 'fast']) {
      expect(readHash(`#t=2026-11-22T09:00Z&speed=${speed}`).playing?.speed).toBe(1);
    }
  });
});

describe('making choices', () => {
  it('opens the table with its flights, closes it, and leaves other panels alone', () => {
    const state = new State();
    state.open.value = new Set(['events']);
    choose(state, { table: 'all' });
    expect([...state.open.value]).toEqual(['events', 'table']);
    expect(state.scope.value).toBe('all');
    choose(state, { table: null });
    expect([...state.open.value]).toEqual(['events']);
  });

  it('leaves what is not named', () => {
    const state = new State();
    state.units.value = 'metric';
    choose(state, { theme: 'light' });
    expect(choicesOf(state)).toMatchObject({ units: 'metric', theme: 'light', table: null });
  });
});
