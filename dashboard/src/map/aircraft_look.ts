/** How each flight looks: its flags and its shade, from what the sky knows of it and what the person chose. */
import type { Sky } from '../sky/sky';
import type { Colouring, Others } from '../state/state';
import { FLAG, type Shade } from './aircraft_records';
import { SCALES, shade, sourceShade } from './colours';
import { SHAPES, shapeOf, type Shape } from './icons';

export interface Choice {
  /** Ids. */
  readonly selected: ReadonlySet<string>;
  readonly isolate: boolean;
  readonly others: Others;
  /** The slot under the pointer, or -1. */
  readonly hovered: number;
}

const NUMBERS = new Map<Shape, number>(SHAPES.map((shape, i) => [shape, i]));
const DOT = NUMBERS.get('dot')!;
const POINTLESS = new Set<Shape>(['tower', 'airship', 'vehicle', 'drone', 'helicopter', 'dot']); // known without a track too

/** The flags of a slot, the records' own left out; 0 where no flight is. `passed`: by the filter. */
export function flagsOf(sky: Sky, slot: number, passed: boolean, { selected, isolate, others, hovered }: Choice): number {
  const facts = sky.facts[slot];
  if (!facts) return 0;
  const chosen = selected.size > 0 && selected.has(facts.id);
  if (!chosen && ((isolate && selected.size > 0) || (!passed && others === 'hide'))) return 0;
  const known = shapeOf(facts);
  const shape = Number.isNaN(sky.track_deg[slot]!) && !POINTLESS.has(known) ? 'dot' : known; // where would its nose point?
  let flags = NUMBERS.get(shape)! | FLAG.shown;
  if (!chosen && !passed) return flags | FLAG.ghost;
  if (chosen) flags |= FLAG.selected;
  if (slot === hovered) flags |= FLAG.hovered;
  if (facts.emergency !== null) flags |= FLAG.emergency;
  if (facts.coasting === true) flags |= FLAG.coasting;
  if (facts.on_ground === true) flags |= FLAG.grounded;
  return flags;
}

/** May the flags of a flight be others now that it has moved, while its facts, the filter's word and the choice are what they were? */
export function mayLookOther(flags: number, track: number): boolean {
  const dotted = (flags & FLAG.shape) === DOT;
  return (flags & FLAG.shown) !== 0 && dotted !== Number.isNaN(track);
}

/** Its shade, as of the time of its position. Written into `out`, which is returned. */
export function shadeOf(sky: Sky, slot: number, colouring: Colouring, out: Shade = { at: NaN, rate: 0, earthen: false }): Shade {
  out.rate = 0;
  out.earthen = false;
  const facts = sky.facts[slot];
  const timed = !Number.isNaN(sky.time[slot]!);
  switch (colouring) {
    case 'altitude': {
      const rate = sky.vertical_rate_fpm[slot]!;
      out.earthen = facts?.on_ground === true;
      out.at = out.earthen ? NaN : shade(SCALES.altitude, sky.altitude_ft[slot]!);
      if (timed && !out.earthen && !Number.isNaN(rate)) out.rate = rate / 60 / SCALES.altitude.high;
      break;
    }
    case 'speed':
      out.at = shade(SCALES.speed, sky.ground_speed_kt[slot]!);
      break;
    case 'climb':
      out.at = shade(SCALES.climb, sky.vertical_rate_fpm[slot]!);
      break;
    case 'source':
      out.at = sourceShade(facts?.position_source ?? null);
      break;
    case 'age': {
      const heard = sky.last_heard[slot]!;
      out.at = (timed ? (sky.time[slot]! - heard) / 1000 : Number.isNaN(heard) ? NaN : 0) / SCALES.age.high;
      out.rate = 1 / SCALES.age.high;
    }
  }
  return out;
}
