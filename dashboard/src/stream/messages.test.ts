import { describe, expect, test } from 'vitest';
import { BadMessage, parse } from './messages';

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

  test('a digest has a hash of 32 bits', () => {
    const digest = { type: 'digest', tick: 1240, flights: 812, hash: 0x9f3c21aa };
    expect(parse('{"type":"digest","tick":1240,"flights":812,"hash":"9f3c21aa"}')).toEqual(digest);
  });

  test('an event keeps what is particular to its kind', () => {
    const text = '{"type":"event","id":"7","kind":"takeoff","flight":"a","time":"1970-01-01T00:00:01Z","airport":"EDDF"}';
    const event = { type: 'event', id: '7', kind: 'takeoff', flight: 'a', time: 1000, more: { airport: 'EDDF' } };
    expect(parse(text)).toEqual(event);
  });

  test('a message of a kind this page has no use for is no mistake', () => {
    expect(parse('{"type":"pong"}')).toEqual({ type: 'other' });
  });
});

describe('what is refused, with a sentence', () => {
  test.each([
    ['not json', 'The server sent something that is not JSON: "not json".'],
    ['[1]', 'The server sent [1] where a message belongs.'],
    ['{"tick":1}', 'A message came with type nothing, which is not a string.'],
    ['{"type":"hello","epoch":"a","tick":1,"time":"soon"}', 'A message came with time "soon", which is not a time.'],
    ['{"type":"event","id":7}', 'A message came with id 7, which is not a string.'],
    ['{"type":"hello","epoch":"a","tick":0,"time":"1970-01-01T00:00:00Z","precisions_m":5}', 'A message came with precisions_m 5, which is not a list.'],
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
