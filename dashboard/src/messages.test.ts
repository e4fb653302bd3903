import { describe, expect, test } from 'vitest';
import { BadMessage, parse } from './messages';

const changes = (members: string): string =>
  `{"type":"changes","since":0,"tick":7,"time":"2026-11-22T09:00:00.000Z",${members}}`;

describe('what is understood', () => {
  test('a hello names the epoch, the time and the speed of the stream', () => {
    const text =
      '{"type":"hello","version":1,"epoch":"9f","tick":4,"time":"1970-01-01T00:00:01.500Z","speed":10,"precisions_m":[0,76]}';
    expect(parse(text)).toEqual({ type: 'hello', epoch: '9f', tick: 4, time: 1500, speed: 10, precisions: [0, 76] });
  });

  test('a hello without a speed is live, and one without precisions exact', () => {
    const hello = parse('{"type":"hello","epoch":"a","tick":0,"time":"1970-01-01T00:00:00Z"}');
    expect(hello).toMatchObject({ speed: 1, precisions: [0] });
  });

  test('times of a flight are moments', () => {
    const message = parse(changes('"updated":[{"id":"a","time":"1970-01-01T00:00:02.250Z","last_heard":null}]'));
    expect(message).toMatchObject({ updated: [{ time: 2250, last_heard: null }] });
  });

  test('a digest has a hash of 32 bits', () => {
    const digest = { type: 'digest', tick: 1240, flights: 812, hash: 0x9f3c21aa };
    expect(parse('{"type":"digest","tick":1240,"flights":812,"hash":"9f3c21aa"}')).toEqual(digest);
  });

  test('absent, null and 0 stay three different things', () => {
    const message = parse(changes('"updated":[{"id":"a","altitude_ft":0,"squawk":null}],"gone":[]'));
    expect(message).toMatchObject({ updated: [{ id: 'a', altitude_ft: 0, squawk: null }] });
    expect(message.type === 'changes' && 'lat' in (message.updated[0] ?? {})).toBe(false);
  });

  test('keys of a newer server are left outside', () => {
    const message = parse(changes('"updated":[{"id":"a","mood":"calm","__proto__":{"x":1}}]'));
    expect(message).toMatchObject({ updated: [{ id: 'a' }], gone: [] });
    expect(message.type === 'changes' && Object.keys(message.updated[0] ?? {})).toEqual(['id']);
  });

  test('more is false unless it is said', () => {
    expect(parse(changes('"updated":[]'))).toMatchObject({ more: false });
    expect(parse(changes('"updated":[],"more":true'))).toMatchObject({ more: true });
  });

  test('a message of a kind this page has no use for is no mistake', () => {
    expect(parse('{"type":"event","id":"7","kind":"takeoff"}')).toEqual({ type: 'other' });
  });
});

describe('what is refused, with a sentence', () => {
  test.each([
    ['not json', 'The server sent something that is not JSON: "not json".'],
    ['[1]', 'The server sent [1] where a message belongs.'],
    ['{"tick":1}', 'A message came with type nothing, which is not a string.'],
    [changes('"updated":5'), 'A message came with updated 5, which is not a list.'],
    [changes('"updated":[{"lat":1}]'), 'A flight came with the id nothing, which is not a text.'],
    [changes('"updated":[{"id":"a","lat":"50"}]'), 'Flight "a" came with lat "50", which is not a number.'],
    [changes('"updated":[{"id":"a","time":5}]'), 'Flight "a" came with time 5, which is not a time.'],
    [changes('"updated":[{"id":"a","time":"soon"}]'), 'Flight "a" came with time "soon", which is not a time.'],
    [changes('"gone":[3]'), 'A flight came with the id 3, which is not a text.'],
    ['{"type":"changes","since":0,"tick":1,"time":"soon"}', 'A message came with time "soon", which is not a time.'],
    ['{"type":"digest","tick":1,"flights":1,"hash":"9f"}', 'A message came with hash "9f", which is not 8 hex digits.'],
    [
      '{"type":"hello","epoch":"a","tick":0,"time":"1970-01-01T00:00:00Z","precisions_m":["76"]}',
      'A message came with precisions_m "76", which is not a number.',
    ],
  ])('%s', (text, sentence) => {
    expect(() => parse(text)).toThrow(new BadMessage(sentence));
  });

  test('a long offender is cut short', () => {
    expect(() => parse('x'.repeat(500))).toThrow(/^.{0,120}$/);
  });
});
