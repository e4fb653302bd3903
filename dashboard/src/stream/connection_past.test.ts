import { beforeEach, describe, expect, test } from 'vitest';
import { ASKED, HELLO, connected, goLive, type Connected } from './connected.fake';
import { B } from './packed.fake';

let stage: Connected['stage'];
let sky: Connected['sky'];
let clock: Connected['clock'];
let connection: Connected['connection'];
let applied: Connected['applied'];

beforeEach(() => {
  ({ stage, sky, clock, connection, applied } = connected());
});

function live(): void {
  goLive(stage);
}

describe('the past', () => {
  const NINE = Date.UTC(2026, 10, 22, 9);
  const PAST = { ...HELLO, epoch: 'p1', speed: 10, time: '2026-11-22T09:00:00.000Z' };

  function past(): void {
    live();
    connection.play({ at: NINE, speed: 10 });
    stage.say(PAST);
    stage.tell({ since: 0, tick: 1, updated: [B], time: NINE });
  }

  test('is asked for at once, and the present goes on until it is here', () => {
    live();
    connection.play({ at: NINE, speed: 10 });
    expect(stage.socket.sent.at(-1)).toEqual({ ...ASKED, at: '2026-11-22T09:00:00.000Z', speed: 10 });
    stage.tell({ since: 5, tick: 6, updated: [B] });
    expect([connection.live, sky.size]).toEqual([true, 2]);
  });

  test('is a time line of its own, at its own pace', () => {
    past();
    expect([connection.live, clock.rate, sky.ids()]).toEqual([false, 10, [B]]);
    expect(applied.map(({ started }) => started)).toEqual([true, true]);
    stage.tell({ since: 1, tick: 2, time: NINE + 10_000 });
    expect(applied.at(-1)?.started).toBe(false);
  });

  test('has its own clock once its picture is whole, for until then what is shown is of the present', () => {
    live();
    const present = clock.now(0);
    connection.play({ at: NINE + 3_600_000, speed: 10 });
    stage.say({ ...PAST, time: '2026-11-22T10:00:00.000Z' });
    expect([clock.now(0), clock.rate, connection.crossing]).toEqual([present, 1, false]);
    stage.tell({ since: 0, tick: 1, updated: [B], time: NINE + 3_600_000, more: true });
    expect([clock.now(0), connection.crossing]).toEqual([present, true]);
    stage.tell({ since: 0, tick: 1, time: NINE + 3_600_000 });
    expect([clock.now(0), clock.rate, connection.crossing]).toEqual([NINE + 3_600_000, 10, false]);
  });

  test('that is given up before it is here is no longer sought', () => {
    live();
    connection.play({ at: NINE, speed: 10 });
    connection.play({ at: null, speed: 1 });
    stage.say(HELLO);
    expect([connection.seeking, connection.live, clock.turning]).toEqual([false, true, false]);
  });

  test('that breaks off half way is asked for again, and the present goes on moving', () => {
    live();
    connection.play({ at: NINE, speed: 10 });
    stage.say(PAST);
    stage.tell({ since: 0, tick: 1, updated: [B], time: NINE, more: true });
    stage.socket.closes();
    expect([connection.crossing, sky.partial]).toEqual([false, false]);
  });

  test('goes on from where it was after a reconnect, and does not resume', () => {
    past();
    stage.tell({ since: 1, tick: 2, time: NINE + 10_000 });
    stage.socket.closes();
    stage.pass(5000);
    stage.say({ ...HELLO, epoch: 'e1' });
    expect(stage.socket.sent).toEqual([{ ...ASKED, at: '2026-11-22T09:00:10.000Z', speed: 10 }]);
  });

  test('plays on at another pace from here', () => {
    past();
    connection.pace(60);
    expect(stage.socket.sent.at(-1)).toEqual({ type: 'subscribe', speed: 60 });
    expect(clock.rate).toBe(60);
  });

  test('ends in the present, by itself or when asked', () => {
    past();
    stage.say({ ...HELLO, epoch: 'e1' });
    expect([connection.live, connection.playing.at]).toEqual([true, null]);
    past();
    connection.play({ at: null, speed: 1 });
    expect(stage.socket.sent.at(-1)).toEqual({ ...ASKED, at: null });
  });

  test('is sought until its picture is here or the server complains', () => {
    live();
    connection.play({ at: NINE, speed: 10 });
    expect(connection.seeking).toBe(true);
    stage.say(PAST);
    expect(connection.seeking).toBe(true);
    stage.tell({ since: 0, tick: 1, updated: [B], time: NINE });
    expect(connection.seeking).toBe(false);
    connection.play({ at: 0, speed: 10 });
    stage.say({ type: 'error', code: 'bad_moment', message: 'The earliest is 2026-11-22T08:00:00Z.' });
    expect([connection.seeking, connection.live, connection.playing]).toEqual([false, false, { at: NINE, speed: 10 }]);
  });

  test('is asked for at another pace while it is not here yet', () => {
    live();
    connection.play({ at: NINE, speed: 10 });
    connection.pace(60);
    expect(stage.socket.sent.at(-1)).toEqual({ ...ASKED, at: '2026-11-22T09:00:00.000Z', speed: 60 });
  });

  test('that cannot be had at the start of a page gives way to the present', () => {
    connection.play({ at: 0, speed: 1 });
    stage.say(HELLO);
    stage.say({ type: 'error', code: 'bad_moment', message: 'The earliest is 2026-11-22T08:00:00Z.' });
    expect(stage.socket.sent.at(-1)).toEqual(ASKED);
  });

  test('that is here has nothing left of what was complained of before', () => {
    live();
    connection.play({ at: 0, speed: 1 });
    stage.say({ type: 'error', code: 'bad_moment', message: 'The earliest is 2026-11-22T08:00:00Z.' });
    connection.play({ at: NINE, speed: 10 });
    stage.say(PAST);
    expect(connection.reason).toBe('');
  });

  test('that cannot be had leaves the present as it is', () => {
    live();
    connection.play({ at: 0, speed: 1 });
    stage.say({ type: 'error', code: 'bad_moment', message: 'The earliest is 2026-11-22T08:00:00Z.' });
    expect([connection.live, connection.playing.at, connection.reason]).toEqual([
      true, null, 'The earliest is 2026-11-22T08:00:00Z.',
    ]);
  });
});
