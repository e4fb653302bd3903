import { beforeEach, describe, expect, test } from 'vitest';
import golden from '../../../tests/golden/changes.json';
import { Sky, type Change } from '../sky/sky';
import { StreamClock } from './clock';
import { Connection } from './connection';
import type { FlightEvent } from './messages';
import { A, B, packed } from './packed.fake';
import { Stage } from './stage.fake';
import { PHASES } from './wire';

const HELLO = { type: 'hello', epoch: 'e1', tick: 4, precisions_m: [0, 76, 611] };
const ASKED = { type: 'subscribe', bbox: [5, 45, 16, 55], flights: null, precision_m: 0 };
let stage: Stage;
let sky: Sky;
let clock: StreamClock;
let connection: Connection;
let applied: { change: Change; started: boolean }[];
let happened: FlightEvent[];

beforeEach(() => {
  stage = new Stage();
  sky = new Sky(PHASES);
  clock = new StreamClock();
  applied = [];
  happened = [];
  connection = new Connection(stage, sky, clock, {
    applied: (change, started) => applied.push({ change, started }),
    happened: (event) => happened.push(event),
    changed: () => undefined,
  });
  connection.watch({ box: [5, 45, 16, 55] });
  connection.connect();
});

function live(): void {
  stage.say(HELLO);
  stage.tell({ since: 0, tick: 5, updated: [A] });
}

describe('asking', () => {
  test('waits for the greeting', () => {
    expect(stage.socket.sent).toEqual([]);
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([ASKED]);
  });

  test('asks again once when the map has come to rest', () => {
    live();
    connection.watch({ box: [6, 45, 17, 55] });
    stage.pass(200);
    connection.watch({ box: [7, 45, 18, 55] });
    stage.pass(200);
    expect(stage.socket.sent).toHaveLength(1);
    stage.pass(100);
    expect(stage.socket.sent.slice(1)).toEqual([{ ...ASKED, bbox: [7, 45, 18, 55] }]);
  });

  test('does not ask for what is watched already', () => {
    live();
    connection.watch({ box: [6, 45, 17, 55] });
    connection.watch({ box: [5, 45, 16, 55] });
    stage.pass(1000);
    expect(stage.socket.sent).toHaveLength(1);
  });

  test('asks for as coarse a picture as is offered and wanted', () => {
    connection.watch({ errorM: 4892 });
    live();
    expect(stage.socket.sent).toEqual([{ ...ASKED, precision_m: 611 }]);
    connection.watch({ errorM: 76 });
    stage.pass(250);
    connection.watch({ errorM: 75.9 });
    stage.pass(250);
    expect(stage.socket.sent.slice(1)).toEqual([{ ...ASKED, precision_m: 76 }, ASKED]);
  });

  test('asks nothing anew where the coarser picture is not offered', () => {
    stage.say({ ...HELLO, precisions_m: [0] });
    connection.watch({ errorM: 4892 });
    stage.pass(1000);
    expect(stage.socket.sent).toEqual([ASKED]);
  });

  test('a flight that is followed is listed, and no longer once it is left', () => {
    live();
    connection.watch({ flights: ['4ca2d6-6b0299fd'] });
    stage.pass(250);
    connection.watch({ flights: [] });
    stage.pass(250);
    expect(stage.socket.sent.slice(1)).toEqual([{ ...ASKED, flights: ['4ca2d6-6b0299fd'] }, ASKED]);
  });

  test('does not ask again because the time line changed', () => {
    live();
    stage.say({ ...HELLO, epoch: 'e2' });
    expect(stage.socket.sent).toHaveLength(1);
  });
});

describe('being live', () => {
  test('begins with the first changes applied, not with the open socket', () => {
    stage.say(HELLO);
    expect(connection.state).toBe('connecting');
    stage.tell({ since: 0, tick: 5, updated: [A], more: true });
    expect([connection.state, applied]).toEqual(['connecting', []]);
    stage.tell({ since: 0, tick: 5, updated: [B] });
    expect([connection.state, applied.length, sky.size]).toEqual(['live', 1, 2]);
  });

  test('goes on after a complaint, and shows it', () => {
    live();
    stage.say({ type: 'error', code: 'bad_bbox', message: 'West lies beyond 180.' });
    expect([connection.state, connection.reason]).toEqual(['live', 'West lies beyond 180.']);
  });
});

describe('losing the connection', () => {
  test('keeps the picture and connects again after a while', () => {
    live();
    stage.socket.closes();
    expect([connection.state, sky.size]).toEqual(['reconnecting', 1]);
    stage.pass(4900);
    expect(stage.sockets).toHaveLength(1);
    stage.pass(200);
    expect(stage.sockets).toHaveLength(2);
  });

  test('resumes from what was applied', () => {
    live();
    stage.socket.closes();
    stage.pass(5000);
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([{ ...ASKED, resume: { epoch: 'e1', tick: 5, view: 'v1' } }]);
    stage.tell({ since: 5, tick: 9, updated: [B] });
    expect(sky.ids()).toEqual([A, B]);
  });

  test('asks without resuming when the server will not have it', () => {
    live();
    stage.socket.closes();
    stage.pass(5000);
    stage.say(HELLO);
    stage.say({ type: 'error', code: 'unknown_member', message: 'No resume here.' });
    expect(stage.socket.sent.at(-1)).toEqual(ASKED);
  });

  test('waits longer each time the server is not there', () => {
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      stage.socket.closes();
      waits.push(Math.min(...stage.timers.map((timer) => timer.at)) - stage.wall);
      stage.pass(30_000);
    }
    expect(waits).toEqual([5000, 10_000, 20_000, 30_000]);
  });

  test('is noticed by silence', () => {
    live();
    stage.pass(15_000);
    expect([connection.state, connection.reason]).toEqual(['reconnecting', 'The server said nothing for 15 s.']);
    expect(stage.socket.closed).toBe(true);
  });

  test('what an abandoned socket still says is not heard', () => {
    live();
    const abandoned = stage.socket;
    stage.pass(15_000);
    abandoned.heard(packed({ since: 5, tick: 6, updated: [B] }));
    expect(sky.ids()).toEqual([A]);
  });

  test('is tried at once when the network is back', () => {
    live();
    stage.socket.closes();
    connection.hurry();
    expect(stage.sockets).toHaveLength(2);
    connection.hurry();
    expect(stage.sockets).toHaveLength(2);
    stage.pass(10_000); // the wait that was cut short must not open a third
    expect(stage.sockets).toHaveLength(2);
  });
});

describe('packed changes', () => {
  const [whole, moved] = golden.a_picture_and_what_changes;
  const [half, rest, , , anew] = golden.ticks_in_parts;
  const id = '4ca2d6-6b0299fd';

  test('become the picture', () => {
    stage.say(HELLO);
    stage.sayPacked(whole!.packed);
    expect([connection.state, sky.ids(), sky.find(id)?.lat]).toEqual(['live', [id, '~00000a-00000000'], 50.03333]);
    stage.sayPacked(moved!.packed);
    expect(sky.find(id)?.lat).toBe(-33.94617);
  });

  test('of another kind are left alone', () => {
    live();
    stage.sayPacked('02');
    expect(connection.state).toBe('live');
  });

  test('go on after a reconnect with the handles of before', () => {
    stage.say(HELLO);
    stage.sayPacked(whole!.packed);
    stage.socket.closes();
    stage.pass(5000);
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([{ ...ASKED, resume: { epoch: 'e1', tick: 5, view: 'v' } }]);
    stage.sayPacked(moved!.packed);
    expect(sky.find(id)?.lat).toBe(-33.94617);
  });

  test('that broke off between two parts mean a fresh start, and the map is not blank meanwhile', () => {
    stage.say(HELLO);
    stage.sayPacked(whole!.packed);
    stage.sayPacked(half!.packed);
    stage.socket.closes();
    stage.pass(5000);
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([ASKED]);
    expect(sky.size).toBe(2);
    stage.sayPacked(anew!.packed);
    expect(sky.ids()).toEqual(['000001-00000001']);
  });

  test('of another precision replace the picture when their last part is here, and nobody is told before', () => {
    stage.say(HELLO);
    stage.sayPacked(whole!.packed);
    connection.watch({ errorM: 76 });
    stage.pass(250);
    stage.sayPacked(half!.packed);
    expect(applied).toHaveLength(1);
    stage.sayPacked(rest!.packed);
    expect(sky.ids()).toEqual(['000001-00000001', '000002-00000002', 'ffffff-7fffffff']);
  });

  test('that are broken mean a fresh start', () => {
    live();
    stage.sayPacked('01');
    expect([connection.state, connection.reason]).toEqual([
      'reconnecting', 'Packed changes were cut short: 1 bytes are no head.',
    ]);
    stage.pass(5000);
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([ASKED]);
  });
});

describe('a digest', () => {
  const { packed: picture, digest } = golden.a_picture_and_what_changes[0]!;
  const right = { type: 'digest', tick: 5, ...digest };

  beforeEach(() => {
    stage.say(HELLO);
    stage.sayPacked(picture);
  });

  test('that agrees is counted, and nothing is asked', () => {
    stage.say(right);
    expect([connection.digests, connection.desyncs, stage.socket.sent.length]).toEqual([1, 0, 1]);
  });

  test.each([
    ['hash', { ...right, hash: '00000000' }],
    ['number of flights', { ...right, flights: 3 }],
    ['tick', { ...right, tick: 6 }],
  ])('of another %s is counted, and a fresh picture asked for', (_, wrong) => {
    stage.say(wrong);
    expect([connection.digests, connection.desyncs]).toEqual([0, 1]);
    expect(stage.socket.sent.at(-1)).toEqual({ ...ASKED, resume: { epoch: 'e1', tick: 0 } });
    expect([connection.state, sky.size]).toEqual(['live', 2]);
    stage.sayPacked(picture);
    stage.say(right);
    expect([connection.digests, connection.desyncs]).toEqual([1, 1]);
  });
});

test('a hole in the chain means a fresh start, without resuming', () => {
  live();
  stage.tell({ since: 6, tick: 7 });
  expect(connection.state).toBe('reconnecting');
  stage.pass(5000);
  stage.say(HELLO);
  expect(stage.socket.sent).toEqual([ASKED]);
});

test('a text nobody understands means a fresh start', () => {
  live();
  stage.say({ type: 'hello', epoch: 5 });
  expect(connection.state).toBe('reconnecting');
});

test('events are passed on', () => {
  live();
  stage.say({ type: 'event', id: '1', kind: 'takeoff', flight: A });
  expect(happened.map(({ kind, flight }) => [kind, flight])).toEqual([['takeoff', A]]);
});

describe('a page nobody looks at', () => {
  test('hangs up, and takes up again where it was', () => {
    live();
    connection.rest();
    expect([connection.state, stage.socket.closed]).toEqual(['resting', true]);
    stage.pass(120_000);
    expect(stage.sockets).toHaveLength(1);
    connection.hurry();
    stage.say(HELLO);
    expect(stage.socket.sent).toEqual([{ ...ASKED, resume: { epoch: 'e1', tick: 5, view: 'v1' } }]);
  });
});

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
