import { expect, test } from 'vitest';
import { skyOf, type Plain } from '../sky/sky.fake';
import { FIELDS, type Airport } from './fields';
import { isTerm, parse, split, type Term } from './grammar';

const FRANKFURT: Airport = {
  icao: 'EDDF', iata: 'FRA', name: 'Frankfurt am Main', city: 'Frankfurt', country: 'DE', lat: 50.033, lon: 8.571, elevation_ft: 364,
};
const airports = (code: string): Airport | null | undefined => {
  if (code === 'FRA' || code === 'EDDF') return FRANKFURT;
  return code === 'ASK' ? undefined : null;
};

function term(text: string): Term {
  const parsed = parse(text, airports);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

function wrong(text: string): string {
  const parsed = parse(text, airports);
  return 'error' in parsed ? parsed.error : `it was taken as ${parsed.text}`;
}

/** Whether a flight of these values satisfies a term. */
function passes(text: string, plain: Partial<Plain>, now = 0): boolean {
  return term(text).test(skyOf({ id: '3c6444-00000001', ...plain }), 1, now);
}

test('bounds of an altitude', () => {
  expect(passes('alt>30000', { altitude_ft: 30_001 })).toBe(true);
  expect(passes('alt>30000', { altitude_ft: 30_000 })).toBe(false);
  expect(passes('alt>=30000', { altitude_ft: 30_000 })).toBe(true);
  expect(passes('alt<=FL100', { altitude_ft: 10_000 })).toBe(true);
  expect(passes('alt<FL100', { altitude_ft: 10_000 })).toBe(false);
  expect(passes('alt:10000-20000', { altitude_ft: 20_000 })).toBe(true);
  expect(passes('alt:10000-20000', { altitude_ft: 20_001 })).toBe(false);
});

test('a range may be written from its upper end, and takes the unit of either end', () => {
  expect(term('alt:20000-10000').text).toBe('alt:10000-20000');
  expect(passes('alt:1-2km', { altitude_ft: 5000 })).toBe(true);
  expect(passes('alt:FL100-200', { altitude_ft: 15_000 })).toBe(true);
});

test('a single value stands for those about it', () => {
  expect(passes('alt:FL350', { altitude_ft: 34_975 })).toBe(true);
  expect(passes('alt:FL350', { altitude_ft: 34_900 })).toBe(false);
});

test('amounts have units', () => {
  expect(passes('alt>3000m', { altitude_ft: 9900 })).toBe(true);
  expect(passes('alt>3000m', { altitude_ft: 9800 })).toBe(false);
  expect(passes('speed>800km/h', { ground_speed_kt: 440 })).toBe(true);
  expect(passes('vs>5m/s', { vertical_rate_fpm: 900 })).toBe(false);
  expect(term('alt > 30,000 ft').text).toBe('alt>30000ft');
});

test('an altitude is that of the moment: a climb goes on while nothing is heard', () => {
  const climbing = { altitude_ft: 29_000, vertical_rate_fpm: 2000, time: 0, lat: 50, lon: 8 };
  expect(passes('alt>30000', climbing, 0)).toBe(false);
  expect(passes('alt>30000', climbing, 60_000)).toBe(true);
  expect(term('alt>30000').moving).toBe(true);
});

test('0 is a value, and not known is none', () => {
  expect(passes('alt<1', { altitude_ft: 0 })).toBe(true);
  expect(passes('track:350-10', { track_deg: 0 })).toBe(true);
  expect(passes('speed<1', { ground_speed_kt: 0 })).toBe(true);
  expect(passes('vs:-100..100', { vertical_rate_fpm: 0 })).toBe(true);
});

test.each(FIELDS.filter(({ name }) => name !== 'coasting').flatMap(({ examples }) => examples))('a flight of which nothing is known does not satisfy %s, and satisfies its negation', (text) => {
  const unknown = { icao24: '', on_ground: null, position_source: null, feed: null, coasting: null };
  expect(passes(text, unknown)).toBe(false);
  expect(passes(`-${text}`, unknown)).toBe(true);
});

test('every example reads, says what it means, and reads the same from its canonical text', () => {
  for (const example of FIELDS.flatMap(({ examples }) => examples)) {
    for (const text of [example, `-${example}`, `!${example}`, ` ${example.replace(':', ' : ')} `]) {
      const parsed = term(text);
      expect(parsed.label).not.toBe('');
      expect(term(parsed.text)).toMatchObject({ text: parsed.text, label: parsed.label });
    }
  }
});

test('a track may pass through north', () => {
  expect([355, 5, 350, 10].map((track_deg) => passes('track:350-10', { track_deg }))).toEqual([true, true, true, true]);
  expect([345, 15, 180].map((track_deg) => passes('track:350-10', { track_deg }))).toEqual([false, false, false]);
  expect(passes('track:358', { track_deg: 1 })).toBe(true);
});

test('negative bounds and ranges', () => {
  expect(passes('vs<-1000', { vertical_rate_fpm: -1500 })).toBe(true);
  expect(passes('vs:-2000..-500', { vertical_rate_fpm: -1000 })).toBe(true);
  expect(passes('vs:-500--2000', { vertical_rate_fpm: -1000 })).toBe(true);
  expect(term('vs:-500--2000').text).toBe('vs:-2000..-500');
});

test('a type is whole, any of some, or a pattern', () => {
  expect(passes('type:a388', { type_code: 'A388' })).toBe(true);
  expect(passes('type:A38', { type_code: 'A388' })).toBe(false);
  expect(passes('type:A388,B77W', { type_code: 'B77W' })).toBe(true);
  expect(passes('type:B77*', { type_code: 'B77W' })).toBe(true);
  expect(passes('type:A3?9', { type_code: 'A359' })).toBe(true);
  expect(passes('type:A3?9', { type_code: 'A3599' })).toBe(false);
});

test('a callsign begins so, or matches an expression', () => {
  expect(passes('cs:dlh', { callsign: 'DLH4AB' })).toBe(true);
  expect(passes('cs:LH', { callsign: 'DLH4AB' })).toBe(false);
  expect(passes('cs:*4A*', { callsign: 'DLH4AB' })).toBe(true);
  expect(passes('/^dlh\\d+$/', { callsign: 'DLH400' })).toBe(true);
  expect(passes('cs:/^DLH\\d+$/', { callsign: 'DLH4AB' })).toBe(false);
  expect(term('/^DLH/').text).toBe('cs:/^DLH/');
  expect(term('cs:/^(DLH|BAW),/').text).toBe('cs:/^(DLH|BAW),/');
});

test('a registration is found with and without its hyphen', () => {
  expect(passes('reg:DAIMA', { registration: 'D-AIMA' })).toBe(true);
  expect(passes('reg:d-aima', { registration: 'D-AIMA' })).toBe(true);
  expect(passes('reg:G-*', { registration: 'G-ABCD' })).toBe(true);
  expect(passes('reg:/^D-A/', { registration: 'D-AIMA' })).toBe(true);
});

test('an operator is found by any part of its name, spaces within quotes', () => {
  expect(passes('op:airways', { operator: 'British Airways' })).toBe(true);
  expect(term('op:"British Airways",KLM').text).toBe('op:"British Airways",KLM');
  expect(passes('op:"British Airways",KLM', { operator: 'KLM' })).toBe(true);
});

test('airports by ICAO code, by IATA code, by pattern', () => {
  expect(passes('from:EDDF', { origin: 'EDDF' })).toBe(true);
  expect(passes('from:fra', { origin: 'EDDF' })).toBe(true);
  expect(passes('to:ED*', { destination: 'EDDM' })).toBe(true);
  expect(passes('route:FRA-KJFK', { origin: 'EDDF', destination: 'KJFK' })).toBe(true);
  expect(passes('route:FRA-KJFK', { origin: 'KJFK', destination: 'EDDF' })).toBe(false);
});

test('while an airport is being asked for all flights pass, negated or not', () => {
  for (const text of ['from:ASK', '-from:ASK', 'near:ASK,20nm', '-near:ASK,20nm', 'route:ASK-EDDF']) {
    expect(term(text).waiting).toBe(true);
    expect(passes(text, {})).toBe(true);
  }
  expect(wrong('from:XXX')).toBe('No airport has the code XXX: write an ICAO code, such as EDDF, or an IATA code, such as FRA.');
});

test('near a place or an airport, where the flight is by now', () => {
  const flight = { lat: 50.03, lon: 8.57, ground_speed_kt: 480, track_deg: 0, time: 0 };
  expect(passes('near:FRA,10nm', flight)).toBe(true);
  expect(passes('near:50.03,8.57,10nm', flight, 60_000)).toBe(true);
  expect(passes('near:50.03,8.57,10nm', flight, 90_000)).toBe(false);
  expect(passes('near:FRA', { lat: 50.8, lon: 8.57 })).toBe(true);
  expect(passes('near:FRA,50km', { lat: 50.8, lon: 8.57 })).toBe(false);
  expect(passes('near:0,179.9,20nm', { lat: 0, lon: -179.9 })).toBe(true);
  expect(passes('near:89,0,200nm', { lat: 88, lon: 170 })).toBe(true);
});

test('what is one of a list', () => {
  expect(passes('source:mlat,adsb', { position_source: 'adsb' })).toBe(true);
  expect(passes('source:mlat', { position_source: 'adsb' })).toBe(false);
  expect(passes('phase:climb,descent', { phase: 3 })).toBe(true);
  expect(passes('phase:cruise', { phase: 3 })).toBe(false);
  expect(passes('squawk:7700', { squawk: '7700' })).toBe(true);
  expect(passes('squawk:77??', { squawk: '7500' })).toBe(false);
  expect(passes('cat:a5', { category: 'A5' })).toBe(true);
  expect(passes('feed:roof', { feed: 'roof' })).toBe(true);
});

test('emergencies, ground and air', () => {
  expect(passes('emergency', { emergency: 'general' })).toBe(true);
  expect(term('emergency:any').text).toBe('emergency');
  expect(passes('emergency:unlawful', { emergency: 'general' })).toBe(false);
  expect(passes('emergency', {})).toBe(false);
  expect(passes('ground', { on_ground: true })).toBe(true);
  expect(passes('air', { on_ground: false })).toBe(true);
  expect(passes('coasting', { coasting: true })).toBe(true);
  expect(passes('!ground', { on_ground: false })).toBe(true);
});

test('a term that cannot be used says what to do', () => {
  expect(wrong('alt>high')).toBe('alt wants a number: write alt>30000, alt<=FL100 or alt:10000-20000.');
  expect(wrong('speed>FL100')).toContain('speed wants a number');
  expect(wrong('type>A388')).toBe('type is a text, which has no bound: write type:A388.');
  expect(wrong('type:')).toBe('type wants a value: write type:A388.');
  expect(wrong('wings:2')).toContain('There is no filter “wings”: there are alt, speed,');
  expect(wrong('DLH')).toContain('“DLH” is no filter: for callsigns write cs:DLH');
  expect(wrong('source:magic')).toContain('source is never “magic”: it is one of adsb, adsr,');
  expect(wrong('ground:yes')).toBe('ground stands alone: write ground, or -ground for all others.');
  expect(wrong('near:91,0,5nm')).toContain('near wants a place');
  expect(wrong('near:FRA,0nm')).toContain('near wants a place');
  expect(wrong('route:EDDF')).toContain('route wants two airports');
  expect(wrong('-')).toContain('The term is empty');
});

test('hostile values are text and nothing else', () => {
  for (const text of ['type:<img src=x onerror=alert(1)>', 'cs:__proto__', 'constructor:1', 'toString', 'op:"', 'cs:\\', 'reg:"""""', 'near:,,,', 'alt:--', `cs:${'*'.repeat(100)}`]) {
    expect(() => parse(text, airports)).not.toThrow();
  }
  expect(wrong('constructor:1')).toContain('There is no filter');
});

test('a line is taken apart at its spaces, but not within quotes and expressions', () => {
  expect(split('  alt>30000 type:A388  ')).toEqual(['alt>30000', 'type:A388']);
  expect(split('op:"British Airways" -cs:/a b\\/ c/ air')).toEqual(['op:"British Airways"', '-cs:/a b\\/ c/', 'air']);
  expect(split('')).toEqual([]);
});

test('what is meant as a term, and what is a search', () => {
  expect(['alt>30000', 'alt>', 'type:', '-ground', '/^D/', 'emergency', 'Near : FRA'].filter(isTerm)).toHaveLength(7);
  expect(['DLH400', 'alt', 'Frankfurt', 'foo:bar', '', 'type'].filter(isTerm)).toEqual([]);
});
