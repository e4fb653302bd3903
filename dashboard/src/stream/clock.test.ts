import { expect, test } from 'vitest';
import { StreamClock } from './clock';

const T = 1_000_000; // stream time of the hello, which arrives at wall 0

function started(rate = 1): StreamClock {
  const clock = new StreamClock();
  clock.start(T, 0, rate);
  return clock;
}

test('nothing is known before the first message', () => {
  expect(new StreamClock().now(5)).toBeNull();
});

test('the stream runs on between messages', () => {
  expect(started().now(2500)).toBe(T + 2500);
});

test('a late message does not set the clock back', () => {
  const clock = started();
  clock.observe(T + 1000, 1400);
  expect(clock.now(1400)).toBe(T + 1400);
});

test('a less delayed message corrects by no more than 20 ms in a second', () => {
  const clock = started();
  clock.observe(T + 1300, 1000);
  expect(clock.now(1000)).toBeCloseTo(T + 1020);
  clock.observe(T + 2300, 2000);
  expect(clock.now(2000)).toBeCloseTo(T + 2040);
});

test('a correction that is nearly done does not overshoot', () => {
  const clock = started();
  clock.observe(T + 1005, 1000);
  expect(clock.now(1000)).toBe(T + 1005);
});

test('the least delay is forgotten after half a minute, so a drifting clock is followed', () => {
  const clock = started();
  for (let wall = 1000; wall <= 40_000; wall += 1000) clock.observe(T + wall - 100, wall);
  expect(clock.now(40_000)).toBeCloseTo(T + 40_000 - 100);
});

test('more than a second ahead is a jump: this computer slept', () => {
  const clock = started();
  clock.observe(T + 60_000, 1000);
  expect(clock.now(1000)).toBe(T + 60_000);
});

test('far behind is a jump too: the stream was set back', () => {
  const clock = started();
  clock.observe(T - 600_000, 1000);
  expect(clock.now(1000)).toBe(T - 600_000);
});

test('a recording at ten times its pace runs ten times as fast', () => {
  const clock = started(10);
  expect(clock.now(2000)).toBe(T + 20_000);
  clock.observe(T + 20_000, 2000);
  expect(clock.now(3000)).toBe(T + 30_000);
});

test('a new time line forgets the old one', () => {
  const clock = started();
  clock.start(500, 1000, 0);
  expect(clock.now(9000)).toBe(500);
  expect(clock.rate).toBe(0);
});

test('a fast replay waits for news, life goes on without', () => {
  const clock = new StreamClock();
  clock.start(1_000_000, 0, 500);
  expect(clock.now(1000)).toBe(1_500_000);
  expect(clock.now(9000)).toBe(2_250_000);
  clock.start(1_000_000, 0, 1);
  expect(clock.now(60_000)).toBe(1_060_000);
});

test('a time line that is announced counts from its first picture on, as of when it was announced', () => {
  const clock = new StreamClock();
  clock.start(1_000_000, 0, 1);
  clock.announce(500_000, 1000, 10);
  expect([clock.now(2000), clock.rate, clock.reached(2000), clock.pacing]).toEqual([1_002_000, 1, 500_000, 10]);
  expect(clock.turn(500_000, 2000)).toBe(true);
  expect([clock.now(2000), clock.rate, clock.turning]).toEqual([510_000, 10, false]);
  expect(clock.turn(500_000, 2000)).toBe(false);
});
