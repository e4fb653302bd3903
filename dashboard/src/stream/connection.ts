/**
 * The stream: connects, asks for what the map shows, keeps the chain of changes whole, checks it
 * against the server's digest and, when it breaks, connects again. It owns neither socket nor
 * timer: both are handed in, so its whole life runs in a test.
 */
import { ChainBroken, type Change, type Sky } from '../sky/sky';
import { PRESENT, type Playing } from '../state/state';
import { retryDelay } from './backoff';
import type { StreamClock } from './clock';
import { BadMessage, parse, type Digest, type FlightEvent, type Hello } from './messages';
import { afterSilence } from './silence';
import { subscription, type Wanted } from './subscription';
import { take, type Taken } from './wire';

export type { Box, Wanted } from './subscription';

export interface StreamSocket {
  send(text: string): void;
  close(): void;
}

export interface Surroundings {
  open(heard: (data: unknown) => void, closed: () => void): StreamSocket;
  /** A steady clock in ms. */
  now(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, then: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

/** Whom it tells. */
export interface Listener {
  /** A tick is complete. `started` says that it begins a new time line: nothing flew here from what was before. */
  applied(change: Change, started: boolean): void;
  happened(event: FlightEvent): void;
  /** `state`, `reason`, `live` or the counts are not what they were. */
  changed(): void;
}

export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'resting';

const QUIET_MS = 15_000; // the server speaks every 5 s even when nothing changes
const SETTLE_MS = 250; // a moving map asks once it has come to rest

export class Connection {
  state: LinkState = 'connecting';
  /** False while a moment of the past is played. */
  live = true;
  /** A moment was asked for, and its picture is not here yet. */
  seeking = false;
  /** When the next attempt to connect is made, on the steady clock; null while none is waited for. */
  retryAt: number | null = null;
  /** How often the connection was lost. */
  losses = 0;
  /** When changes were last applied, on the steady clock. */
  appliedAt: number | null = null;
  /** Why the state is not live, or what the server complained of: a sentence. */
  reason = '';
  /** How many of the server's digests the picture agreed with, and how many it did not. */
  digests = 0;
  desyncs = 0;

  readonly #around: Surroundings;
  readonly #sky: Sky;
  readonly #clock: StreamClock;
  readonly #listener: Listener;
  #socket: StreamSocket | null = null;
  #attempt = 0;
  #greeted = false;
  #epoch = '';
  #present = ''; // the epoch of the present, which is the first a connection is greeted with
  #started = true;
  #sought = false; // the moment that was asked for has been announced
  #view: string | null = null;
  #resumable: { epoch: string; tick: number; view: string } | null = null;
  #answered = false;
  #wanted: Wanted = { box: null, errorM: 0, flights: [] };
  #playing: Playing = PRESENT;
  #precisions: readonly number[] = [0];
  #asked = '';
  #stopWaiting = (): void => undefined; // for the next attempt, or for a word of the server
  #stopSettling = (): void => undefined;

  constructor(around: Surroundings, sky: Sky, clock: StreamClock, listener: Listener) {
    this.#around = around;
    this.#sky = sky;
    this.#clock = clock;
    this.#listener = listener;
  }

  connect(): void {
    this.#stopWaiting();
    this.#hangUp();
    [this.#greeted, this.#answered, this.retryAt] = [false, false, null];
    const socket: StreamSocket = this.#around.open(
      (data) => {
        if (this.#socket === socket) this.#hear(data);
      },
      () => {
        if (this.#socket === socket) this.#lost('The connection to the server closed.');
      },
    );
    this.#socket = socket;
    this.#expectWord();
  }

  /** Try now instead of when the wait is over: the network is back, or the person is. */
  hurry(): void {
    if (this.state === 'resting' || (this.state === 'reconnecting' && this.#socket === null)) this.connect();
  }

  /** Nobody is looking: hang up, and keep what is needed to resume. */
  rest(): void {
    this.#stopWaiting();
    this.#stopSettling();
    this.#hangUp();
    this.#greeted = false;
    this.retryAt = null; // for nobody tries
    this.#reach('resting', 'Nobody was looking at this page.');
  }

  /** Watch this from now on; what is not named stays as it was. */
  watch(wanted: Partial<Wanted>): void {
    this.#wanted = { ...this.#wanted, ...wanted };
    this.#stopSettling();
    if (!this.#greeted) return; // the greeting will ask
    this.#stopSettling = this.#around.after(SETTLE_MS, () => {
      if (this.#greeted && JSON.stringify(subscription(this.#wanted, this.#precisions)) !== this.#asked) this.#subscribe({});
    });
  }

  /** A part of another time line's first picture is in: until the rest is, places and the clock do not belong together. */
  get crossing(): boolean {
    return this.#clock.turning && this.#sky.partial;
  }

  /** What is played, or was asked for: the present, too, once a replay has caught up with it. */
  get playing(): Playing {
    return this.#playing;
  }

  /** Go to a moment, or back to the present. The picture stays until that of the moment is here. */
  play({ at, speed }: Playing): void {
    if (at === null && this.#playing.at === null) return;
    this.#playing = at === null ? PRESENT : { at, speed };
    this.seeking = true;
    this.reason = this.state === 'live' ? '' : this.reason; // what is complained of from now on is of this moment
    if (this.#greeted) this.#subscribe(this.#moment(at));
    this.#listener.changed();
  }

  /** Play on from here at another pace; of no effect in the present. */
  pace(speed: number): void {
    if (this.live) {
      const { at } = this.#playing; // a moment whose picture is not here yet
      if (at !== null) this.play({ at, speed });
      return;
    }
    const wall = this.#around.now();
    const reached = this.#clock.reached(wall);
    this.#playing = { at: reached ?? this.#playing.at, speed };
    if (!this.#greeted || reached === null) return;
    this.#socket?.send(JSON.stringify({ type: 'subscribe', speed }));
    this.#clock.pace(wall, speed);
    this.#listener.changed();
  }

  #hear(data: unknown): void {
    this.#expectWord();
    try {
      if (data instanceof ArrayBuffer) {
        const taken = take(data, this.#sky);
        if (taken) this.#take(taken);
        return;
      }
      const message = parse(String(data));
      if (message.type === 'hello') this.#greet(message);
      else if (message.type === 'digest') this.#compare(message);
      else if (message.type === 'event') this.#listener.happened(message);
      else if (message.type === 'error') this.#complain(message.message);
    } catch (error) {
      if (!(error instanceof BadMessage || error instanceof ChainBroken)) throw error;
      this.#resumable = null;
      this.#lost(error.message);
    }
  }

  /** A later hello on the same connection is a new time line; the subscription stands. */
  #greet(hello: Hello): void {
    const first = !this.#greeted;
    if (first) this.#present = hello.epoch;
    this.live = hello.epoch === this.#present;
    this.#started ||= hello.epoch !== this.#epoch;
    this.#epoch = hello.epoch;
    const wall = this.#around.now();
    if (this.#started) this.#clock.announce(hello.time, wall, hello.speed); // until its picture is here
    else this.#clock.start(hello.time, wall, hello.speed);
    this.#sought = !first;
    if (!first) {
      this.seeking &&= this.#started; // nothing is awaited where the present only goes on
      this.reason = '';
      if (this.live) this.#playing = PRESENT; // a replay that has caught up goes over by itself
      this.#listener.changed();
      return;
    }
    this.#greeted = true;
    this.#precisions = hello.precisions;
    this.seeking = this.#playing.at !== null;
    if (this.#playing.at !== null) this.#subscribe(this.#moment(this.#playing.at));
    else this.#subscribe(this.#resumable ? { resume: this.#resumable } : {});
  }

  #moment(at: number | null): object {
    return at === null ? { at: null } : { at: new Date(at).toISOString(), speed: this.#playing.speed };
  }

  #subscribe(more: object): void {
    const plain = subscription(this.#wanted, this.#precisions);
    this.#asked = JSON.stringify(plain);
    this.#socket?.send(JSON.stringify({ type: 'subscribe', ...plain, ...more }));
  }

  #take({ view, time, change }: Taken): void {
    const wall = this.#around.now();
    if (!this.#clock.turning) this.#clock.observe(time, wall);
    this.#view = view ?? this.#view;
    this.#answered = true;
    if (change === null) return;
    if (!this.live) this.#playing = { ...this.#playing, at: time }; // where a lost connection takes up again
    const resumable = this.live && this.#view !== null;
    this.#resumable = resumable ? { epoch: this.#epoch, tick: change.tick, view: this.#view! } : null;
    this.#attempt = 0;
    this.appliedAt = wall;
    const started = this.#started;
    this.#started = false;
    const turned = this.#clock.turn(time, wall);
    if (turned && this.#sought) this.seeking = this.#sought = false;
    this.#listener.applied(change, started);
    if (!this.#reach('live', this.state === 'live' ? this.reason : '') && turned) this.#listener.changed();
  }

  /** Has anything been missed? Then only a fresh picture helps; the old one stays until it is here. */
  #compare(digest: Digest): void {
    const { tick, size, hash } = this.#sky;
    if (digest.tick === tick && digest.flights === size && digest.hash === hash) {
      this.digests++;
    } else {
      this.desyncs++;
      this.#subscribe({ resume: { epoch: this.#epoch, tick: 0 } });
    }
    this.#listener.changed();
  }

  #complain(sentence: string): void {
    this.reason = sentence;
    this.seeking = false;
    const away = this.live && this.#playing.at !== null; // a moment that cannot be had
    if (this.live) this.#playing = PRESENT;
    else this.#playing = { at: this.#clock.reached(this.#around.now()), speed: this.#clock.pacing };
    this.#listener.changed();
    if (this.#answered || (this.#resumable === null && !away)) return;
    this.#resumable = null; // a server that cannot resume still answers a plain request
    this.#subscribe({});
  }

  #lost(reason: string): void {
    this.#hangUp();
    this.#stopSettling();
    this.#greeted = false;
    const ms = 1000 * retryDelay(this.#attempt++, this.#around.random());
    this.retryAt = this.#around.now() + ms;
    this.losses++;
    this.#reach('reconnecting', reason);
    this.#stopWaiting();
    this.#stopWaiting = this.#around.after(ms, () => this.connect());
  }

  #reach(state: LinkState, reason: string): boolean {
    const other = this.state !== state || this.reason !== reason;
    [this.state, this.reason] = [state, reason];
    if (other) this.#listener.changed();
    return other;
  }

  /** Closing may take the browser a minute on a dead line: nobody waits for it. */
  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (this.#sky.breakOff()) this.#resumable = null; // a hole is not to be built upon
    socket?.close();
  }

  #expectWord(): void {
    this.#stopWaiting();
    this.#stopWaiting = afterSilence(this.#around, QUIET_MS, () => {
      this.#lost(`The server said nothing for ${QUIET_MS / 1000} s.`);
    });
  }
}
