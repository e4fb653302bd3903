import type { Surroundings } from './connection';
import { packed, type Told } from './packed.fake';

/** Sockets and timers that do only what a test tells them. */
export class Stage implements Surroundings {
  wall = 0;
  sockets: { sent: unknown[]; closed: boolean; heard: (data: unknown) => void; closes: () => void }[] = [];
  timers: { at: number; then: () => void }[] = [];

  open(heard: (data: unknown) => void, closes: () => void): { send(text: string): void; close(): void } {
    const socket = { sent: [] as unknown[], closed: false, heard, closes };
    this.sockets.push(socket);
    return { send: (text) => socket.sent.push(JSON.parse(text)), close: () => (socket.closed = true) };
  }
  now(): number {
    return this.wall;
  }
  after(ms: number, then: () => void): () => void {
    const timer = { at: this.wall + ms, then };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }
  random(): number {
    return 1;
  }

  pass(ms: number): void {
    this.wall += ms;
    const due = this.timers.filter((timer) => timer.at <= this.wall);
    this.timers = this.timers.filter((timer) => timer.at > this.wall);
    for (const timer of due) timer.then();
  }
  get socket(): (typeof this.sockets)[number] {
    const last = this.sockets.at(-1);
    if (!last) throw new Error('No socket was opened.');
    return last;
  }
  say(message: object): void {
    this.socket.heard(JSON.stringify({ time: '2026-11-22T09:00:00Z', ...message }));
  }
  tell(told: Told): void {
    this.socket.heard(packed(told));
  }
  sayPacked(hex: string): void {
    this.socket.heard(Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer);
  }
}
