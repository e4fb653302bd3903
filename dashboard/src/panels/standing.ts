/** How it stands with the stream, in a dot and two words. Pure. */
import { count } from '../text/format';
import type { Link } from '../state/state';

export type Mood = 'good' | 'waiting' | 'bad' | 'past';

const OLD_MS = 7_000; // the server speaks at least every 5 s

/** What the dot and the words say. `sinceAppliedMs`: since changes last came; "Live" only while they keep coming. */
export function standing(link: Link, sinceAppliedMs: number | null, wall: number): { mood: Mood; words: string } {
  const { state, live, rate, retryAt } = link;
  if (state === 'connecting') return { mood: 'waiting', words: 'Connecting' };
  if (state === 'resting') return { mood: 'waiting', words: 'Resting' };
  if (state === 'reconnecting') {
    const seconds = retryAt === null ? 0 : Math.ceil((retryAt - wall) / 1000);
    return { mood: 'bad', words: seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting' };
  }
  if ((sinceAppliedMs ?? 0) > OLD_MS) return { mood: 'waiting', words: 'Waiting' };
  if (live) return { mood: 'good', words: 'Live' };
  return { mood: 'past', words: rate === 0 ? 'Paused' : `Playing ${rate}×` };
}

/** Whether the picture is the server's. */
export function agreement({ digests, desyncs }: Link): string {
  const checks = digests + desyncs;
  if (checks === 0) return 'not compared yet';
  if (desyncs === 0) return `${count(digests)} of ${count(checks)} agreed`;
  return `${count(digests)} of ${count(checks)} agreed, ${count(desyncs)} fetched anew`;
}

/** A latency as it is read at a glance: `0.8 s`, `12 s`. */
export function seconds(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** How good a latency is: feeds alone take a second or two. */
export function grade(ms: number): 'good' | 'waiting' | 'bad' {
  return ms < 4000 ? 'good' : ms < 12_000 ? 'waiting' : 'bad';
}
