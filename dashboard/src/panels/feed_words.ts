/** A feed as a person reads of it. Pure. */
import type { Count, Feed } from '../sky/feeds';
import type { Units } from '../state/state';
import { age, count, distance } from '../text/format';
import { refusal } from '../text/refusals';
import type { Mood } from './standing';

const NAUTICAL_MILE_M = 1852;
const MOST_KINDS = 6;

const STATES: Readonly<Record<string, readonly [Mood, string]>> = {
  starting: ['waiting', 'Waiting'], connected: ['good', 'Connected'], broken: ['bad', 'Broken, tried again'], ended: ['past', 'Played to its end'],
};

/** How it does, as a colour and in words. */
export function stateOf({ state }: Feed): readonly [Mood, string] {
  return STATES[state] ?? ['waiting', state];
}

/** What is known of it, by name; the rest is left out. */
export function facts({ lag, accepted, contribution, overlap, outline, kinds }: Feed, units: Units): readonly (readonly [string, string])[] {
  const reach = Math.max(0, ...(outline ?? []).map((miles) => miles ?? 0));
  const told: readonly (readonly [string, string | null])[] = [
    ['Behind the clock', lag === null ? null : age(lag * 1000)],
    ['Positions taken', count(accepted)],
    ['Share of all positions', contribution === null ? null : share(contribution)],
    ['Told before by others', overlap === null ? null : share(overlap)],
    ['Farthest heard', reach === 0 ? null : distance(reach * NAUTICAL_MILE_M, units)],
    ['Messages', kinds.length === 0 ? null : mix(kinds)],
  ];
  return told.filter((line): line is readonly [string, string] => line[1] !== null);
}

/** What was refused, and how often. */
export function refusals({ refused }: Feed): readonly (readonly [string, string])[] {
  return refused.map(([reason, times]) => [refusal(reason), count(times)]);
}

/** Messages by kind: `DF17 62 %, DF11 30 %`, each on one line; the rare ones together. */
function mix(kinds: readonly Count[]): string {
  const all = kinds.reduce((sum, [, times]) => sum + times, 0);
  const rare = kinds.slice(MOST_KINDS).reduce((sum, [, times]) => sum + times, 0);
  const named: readonly Count[] = rare === 0 ? kinds : [...kinds.slice(0, MOST_KINDS), ['others', rare]];
  return named.map(([name, times]) => `${name} ${share(times / all)}`.replaceAll(' ', '\u00a0')).join(', ');
}

/** A share between nothing and all is not said to be either. */
function share(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${percent < 100 ? Math.min(99, Math.round(percent)) : 100} %`;
}
