import { expect, test } from 'vitest';
import type { Sky } from '../sky/sky';
import { skyOf, tell, type Plain } from '../sky/sky.fake';
import { parse } from './grammar';
import { Sieve } from './sieve';

function sieveOf(sky: Sky, ...terms: string[]): Sieve {
  const sieve = new Sieve(sky);
  sieve.use(terms.map((term) => parse(term)));
  return sieve;
}

function shown(sieve: Sieve, sky: Sky): string[] {
  return [...sky.slots()].filter((slot) => sieve.passed[slot]).map((slot) => sky.facts[slot]!.id);
}

const HIGH: Plain = { id: 'high', altitude_ft: 35_000, type_code: 'A388' };
const LOW: Plain = { id: 'low', altitude_ft: 3000, type_code: 'C172' };

test('without a term all are shown', () => {
  const sky = skyOf(HIGH, LOW);
  const sieve = sieveOf(sky);
  expect([shown(sieve, sky), sieve.count, sieve.active]).toEqual([['high', 'low'], 2, false]);
});

test('every term must be satisfied', () => {
  const sky = skyOf(HIGH, LOW, { id: 'other', altitude_ft: 36_000, type_code: 'B77W' });
  const sieve = sieveOf(sky, 'alt>30000', 'type:A388');
  expect([shown(sieve, sky), sieve.count, sieve.active]).toEqual([['high'], 1, true]);
});

test('a term that cannot be used lets all pass', () => {
  const sky = skyOf(HIGH, LOW);
  const sieve = sieveOf(sky, 'alt>high', 'from:FRA');
  expect([sieve.count, sieve.active]).toEqual([2, false]);
});

test('a tick sifts what it moved, told and took', () => {
  const sky = skyOf(HIGH, LOW);
  const sieve = sieveOf(sky, 'alt>30000');
  sieve.sift(tell(sky, [{ ...LOW, altitude_ft: 31_000 }, { id: 'new', altitude_ft: 40_000 }]));
  expect([shown(sieve, sky), sieve.count]).toEqual([['high', 'low', 'new'], 3]);
  sieve.sift(tell(sky, [{ id: 'new', altitude_ft: 40_000 }], { since: 0 }));
  expect([shown(sieve, sky), sieve.count]).toEqual([['new'], 1]);
});

test('a slot that is taken over counts for who has it now', () => {
  const sky = skyOf(HIGH);
  const sieve = sieveOf(sky, 'alt>30000');
  sky.begin(sky.tick, sky.tick + 1);
  sky.drop(1);
  sky.tell(1, { ...sky.facts[1]!, ...skyOf(LOW).facts[1]! }, NaN, 1);
  sieve.sift(sky.settle(1));
  expect([shown(sieve, sky), sieve.count]).toEqual([[], 0]);
});

test('a climb through the bound is seen without a word of it, after some seconds', () => {
  const climbing: Plain = { id: 'up', altitude_ft: 29_500, vertical_rate_fpm: 3000, time: 0, lat: 50, lon: 8 };
  const sky = skyOf(climbing);
  const sieve = sieveOf(sky, 'alt>30000');
  sieve.sift(tell(sky, [], { time: 4000 }));
  expect(sieve.count).toBe(0);
  sieve.sift(tell(sky, [], { time: 11_000 }));
  expect(sieve.count).toBe(1);
});

test('who follows the whole hears when all was sifted, and not of every tick', () => {
  const sky = skyOf(HIGH);
  const sieve = sieveOf(sky, 'type:A388');
  const before = sieve.sifted.value;
  sieve.sift(tell(sky, [LOW], { time: 60_000 }));
  expect(sieve.sifted.value).toBe(before);
  sieve.use([]);
  expect(sieve.sifted.value).toBe(before + 1);
});

test('who follows the whole hears of a look again only if a flight came or went', () => {
  const sky = skyOf({ ...HIGH, vertical_rate_fpm: 0, time: 0 });
  const sieve = sieveOf(sky, 'alt>30000');
  const before = sieve.sifted.value;
  sieve.sift(tell(sky, [], { time: 60_000 }));
  expect(sieve.sifted.value).toBe(before);
});

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function anyFlight(n: number, next: () => number): Plain {
  return {
    id: `${n.toString(16).padStart(6, '0')}-00000001`,
    callsign: next() < 0.1 ? null : `${next() < 0.3 ? 'DLH' : 'BAW'}${n}`,
    type_code: ['A388', 'B77W', 'C172', null][Math.floor(next() * 4)]!,
    altitude_ft: next() < 0.1 ? NaN : next() * 42_000,
    ground_speed_kt: next() * 500, track_deg: next() * 360, vertical_rate_fpm: (next() - 0.5) * 4000,
    lat: next() * 160 - 80, lon: next() * 360 - 180, time: 0,
  };
}

const SOME = ['alt>20000', '-type:A388', 'cs:/^D.H\\d+/', 'near:50,8,900nm', 'track:300-60'];

test('tick by tick comes to the same as sifting all, whatever happens', () => {
  for (const terms of [['alt>20000'], ['-type:A388', 'speed<300'], ['cs:/^D.H\\d+/'], ['near:50,8,3000nm']]) {
    const next = random(terms[0]!.length);
    const sky = skyOf();
    const sieve = sieveOf(sky, ...terms);
    for (let tick = 1; tick < 30; tick++) {
      const heard = Array.from({ length: 20 }, () => anyFlight(Math.floor(next() * 200), next));
      const distinct = [...new Map(heard.map((plain) => [plain.id, plain])).values()];
      sieve.sift(tell(sky, distinct, { since: next() < 0.1 ? 0 : sky.tick, time: 1 }));
      const whole = sieveOf(sky, ...terms);
      whole.sift({ tick: 0, time: 1, gone: [], told: [], moved: [...sky.slots()] });
      expect(shown(sieve, sky)).toEqual(shown(whole, sky));
      expect(sieve.count).toBe(shown(whole, sky).length);
    }
  }
});

test('20,000 flights are sifted in 10 ms', () => {
  const next = random(7);
  const sky = skyOf(...Array.from({ length: 20_000 }, (_, n) => anyFlight(n, next)));
  const sieve = sieveOf(sky, ...SOME);
  const each = Array.from({ length: 15 }, () => {
    const began = performance.now();
    sieve.resift();
    return performance.now() - began;
  });
  each.sort((a, b) => a - b);
  expect(sieve.count).toBeGreaterThan(0);
  expect(each[0]).toBeLessThan(10);
});
