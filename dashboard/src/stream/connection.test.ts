import { beforeEach, describe, expect, test } from 'vitest';
import golden from '../../../tests/golden/changes.json';
import { ASKED, HELLO, connected, goLive, type Connected } from './connected.fake';
import { A, B, packed } from './packed.fake';

let stage: Connected['stage'];
let sky: Connected['sky'];
let connection: Connected['connection'];
let applied: Connected['applied'];
let happened: Connected['happened'];

beforeEach(() => {
  ({ stage, sky, connection, applied, happened } = connected());
});

function live(): void {
  goLive(stage);
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

test('after ten connections an event and a change are passed on once each', () => {
  live();
  for (let cut = 0; cut < 10; cut++) {
    stage.socket.closes();
    stage.pass(60_000);
    stage.say(HELLO);
  }
  stage.tell({ since: 5, tick: 6 });
  stage.say({ type: 'event', id: '1', kind: 'takeoff', flight: A });
  expect([stage.sockets.length, applied.length]).toEqual([11, 2]);
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
