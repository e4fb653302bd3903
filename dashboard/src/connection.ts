/**
 * The stream: connects, asks for what the map shows, keeps the chain of changes whole, checks it
 * against the server's digest and, when it breaks, connects again. It owns neither socket nor
 * timer: both are handed in, so its whole life runs in a test.
 */
import { retryDelay } from './backoff';
import type { StreamClock } from './clock';
import { ChainBroken, type Flights } from './flights';
import { Handles } from './handles';
import { BadMessage, parse, type Changes, type Digest, type Hello } from './messages';
import type { Box } from './viewport';
import { unpack } from './wire';

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

export interface Wanted {
  /** The box to watch; null is the world. */
  box: Box | null;
  /** How wrong a flight may be drawn, in metres. */
  errorM: number;
  /** The flight that is to stay in the picture, and exact, wherever it is. */
  flight: string | null;
}

export type LinkState = 'connecting' | 'live' | 'reconnecting';

const QUIET_MS = 15_000; // the server speaks every 5 s even when nothing changes
const SETTLE_MS = 250; // a moving map asks once it has come to rest

export class Connection {
  state: LinkState = 'connecting';
  /** When changes were last applied, on the steady clock. */
  appliedAt: number | null = null;
  /** Why the state is not live, or what the server complained of: a sentence. */
  reason = '';
  /** How many of the server's digests the picture agreed with, and how many it did not. */
  digests = 0;
  desyncs = 0;

  readonly #around: Surroundings;
  readonly #flights: Flights;
  readonly #clock: StreamClock;
  readonly #applied: () => void;
  readonly #handles = new Handles();
  #socket: StreamSocket | null = null;
  #attempt = 0;
  #greeted = false;
  #epoch = '';
  #view: string | null = null;
  #resumable: { epoch: string; tick: number; view: string } | null = null;
  #answered = false;
  #wanted: Wanted = { box: null, errorM: 0, flight: null };
  #precisions: readonly number[] = [0];
  #asked = '';
  #stopWaiting = (): void => undefined; // for the next attempt, or for a word of the server
  #stopSettling = (): void => undefined;

  constructor(around: Surroundings, flights: Flights, clock: StreamClock, applied: () => void) {
    this.#around = around;
    this.#flights = flights;
    this.#clock = clock;
    this.#applied = applied;
  }

  connect(): void {
    this.#stopWaiting();
    this.#hangUp();
    this.#greeted = this.#answered = false;
    this.#flights.dropParts();
    if (this.#handles.breakOff()) this.#resumable = null;
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
    if (this.state === 'reconnecting' && this.#socket === null) this.connect();
  }

  /** Watch this from now on; what is not named stays as it was. */
  watch(wanted: Partial<Wanted>): void {
    this.#wanted = { ...this.#wanted, ...wanted };
    this.#stopSettling();
    if (!this.#greeted) return; // the greeting will ask
    this.#stopSettling = this.#around.after(SETTLE_MS, () => {
      if (this.#greeted && JSON.stringify(this.#subscription()) !== this.#asked) this.#subscribe({});
    });
  }

  #hear(data: unknown): void {
    this.#expectWord();
    try {
      const message = data instanceof ArrayBuffer ? unpack(data, this.#handles) : parse(String(data));
      if (message === null) return; // of a kind this page does not know yet
      if (message.type === 'hello') this.#greet(message);
      else if (message.type === 'changes') this.#apply(message);
      else if (message.type === 'digest') this.#compare(message);
      else if (message.type === 'error') this.#complain(message.message);
    } catch (error) {
      if (!(error instanceof BadMessage || error instanceof ChainBroken)) throw error;
      this.#resumable = null; // a hole is not to be built upon
      this.#lost(error.message);
    }
  }

  /** A later hello on the same connection is a new time line; the subscription stands. */
  #greet(hello: Hello): void {
    this.#epoch = hello.epoch;
    this.#clock.start(hello.time, this.#around.now(), hello.speed);
    if (this.#greeted) return;
    this.#greeted = true;
    this.#precisions = hello.precisions;
    this.#subscribe(this.#resumable ? { resume: this.#resumable } : {});
  }

  #subscribe(more: object): void {
    const subscription = this.#subscription();
    this.#asked = JSON.stringify(subscription);
    this.#socket?.send(JSON.stringify({ type: 'subscribe', ...subscription, ...more }));
  }

  /** What is wanted, as the server understands it: every member each time, so that none is left over. */
  #subscription(): object {
    const { box, errorM, flight } = this.#wanted;
    const offered = this.#precisions.filter((metres) => metres <= errorM);
    return { bbox: box, flights: flight === null ? null : [flight], precision_m: Math.max(0, ...offered) };
  }

  #apply(changes: Changes): void {
    this.#clock.observe(changes.time, this.#around.now());
    if (changes.view !== null) this.#view = changes.view;
    const complete = this.#flights.apply(changes);
    this.#answered = true;
    if (!complete) return;
    this.#resumable = this.#view === null ? null : { epoch: this.#epoch, tick: changes.tick, view: this.#view };
    this.#attempt = 0;
    this.#reach('live', '');
    this.appliedAt = this.#around.now();
    this.#applied();
  }

  /** Has anything been missed? Then only a fresh picture helps; the old one stays until it is here. */
  #compare(digest: Digest): void {
    const { tick, size } = this.#flights;
    if (digest.tick === tick && digest.flights === size && digest.hash === this.#handles.hash) {
      this.digests++;
      return;
    }
    this.desyncs++;
    this.#subscribe({ resume: { epoch: this.#epoch, tick: 0 } });
  }

  #complain(sentence: string): void {
    this.reason = sentence;
    if (this.#answered || this.#resumable === null) return;
    this.#resumable = null; // a server that cannot resume still answers a plain request
    this.#subscribe({});
  }

  #lost(reason: string): void {
    this.#hangUp();
    this.#stopSettling();
    this.#greeted = false;
    this.#reach('reconnecting', reason);
    this.#stopWaiting();
    const seconds = retryDelay(this.#attempt++, this.#around.random());
    this.#stopWaiting = this.#around.after(seconds * 1000, () => this.connect());
  }

  #reach(state: LinkState, reason: string): void {
    this.state = state;
    this.reason = reason;
  }

  /** Closing may take the browser a minute on a dead line: nobody waits for it. */
  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #expectWord(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#around.after(QUIET_MS, () => {
      this.#lost(`The server said nothing for ${QUIET_MS / 1000} s.`);
    });
  }
}
