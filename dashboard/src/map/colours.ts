/**
 * The colours of flights. Each way of colouring is a scale: values along it, and a ramp of 256 colours that the layer
 * keeps as one row of a texture. What a colour tells is also in the details and the table, never in colour alone.
 */
import type { Colouring } from '../state/state';

export type Rgb = readonly [red: number, green: number, blue: number];

/** A way of colouring by a number; what is beyond an end has the colour of that end. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly stops: readonly (readonly [value: number, colour: Rgb])[];
}

export const TOP_FT = 45_000;

const ALTITUDE: Scale = {
  low: 0, high: TOP_FT,
  stops: [
    [0, [255, 128, 78]], [4_000, [255, 172, 66]], [10_000, [236, 222, 92]], [18_000, [112, 224, 128]],
    [26_000, [62, 212, 204]], [34_000, [84, 164, 255]], [40_000, [152, 126, 255]], [45_000, [228, 116, 242]],
  ],
};

/** Everything that is measured; `source` has no order and is in `SOURCES`. Units are those of the flight. */
export const SCALES: Readonly<Record<Exclude<Colouring, 'source'>, Scale>> = {
  altitude: ALTITUDE,
  // viridis, its dark end lifted so that it stands out from a dark map
  speed: {
    low: 0, high: 560,
    stops: [
      [0, [116, 88, 190]], [140, [78, 122, 204]], [280, [46, 170, 166]], [420, [118, 210, 92]], [560, [253, 231, 37]],
    ],
  },
  climb: {
    low: -3000, high: 3000,
    stops: [
      [-3000, [255, 94, 140]], [-600, [255, 176, 126]], [0, [202, 211, 224]], [600, [120, 214, 236]],
      [3000, [56, 142, 255]],
    ],
  },
  // seconds since it was heard
  age: {
    low: 0, high: 60,
    stops: [[0, [104, 236, 168]], [10, [206, 226, 98]], [25, [255, 176, 70]], [60, [206, 96, 104]]],
  },
};

/** The sources of positions, best first, and their colours. */
export const SOURCES: readonly (readonly [source: string, colour: Rgb])[] = [
  ['adsb', [84, 176, 255]], ['adsr', [62, 212, 204]], ['mlat', [255, 196, 72]], ['tisb', [186, 150, 255]],
  ['adsc', [255, 146, 86]], ['mode_s', [240, 122, 186]], ['flarm', [140, 222, 104]], ['radar', [236, 226, 140]],
  ['simulated', [128, 206, 240]], ['other', [206, 168, 142]],
];

export const STEP_FT = 1_500;
export const STEPS = TOP_FT / STEP_FT + 1;

export const EMERGENCY_RGB: Rgb = [255, 77, 94];
export const GROUND_RGB: Rgb = [150, 160, 176];
export const UNKNOWN_RGB: Rgb = [196, 206, 220];

export const EMERGENCY = css(EMERGENCY_RGB);
export const GROUND = css(GROUND_RGB);
export const UNKNOWN = css(UNKNOWN_RGB);

/** The rows of the texture. */
export const COLOURINGS: readonly Colouring[] = ['altitude', 'speed', 'climb', 'source', 'age'];
export const RAMP_WIDTH = 256;

/** How far along its scale a value is: 0 at the low end, 1 at the high one, beyond both too. */
export function shade(scale: Scale, value: number): number {
  return (value - scale.low) / (scale.high - scale.low);
}

/** Where the colour of a source is in its ramp; NaN if there is no source. */
export function sourceShade(source: string | null): number {
  if (source === null) return NaN;
  const found = SOURCES.findIndex(([name]) => name === source);
  return ((found < 0 ? SOURCES.length - 1 : found) + 0.5) / SOURCES.length;
}

/** The colour of a value on a scale. */
export function colourOn({ stops }: Scale, value: number): Rgb {
  let [below, from] = stops[0]!;
  for (const [above, to] of stops) {
    if (value <= above) {
      const part = above === below ? 0 : Math.max(0, (value - below) / (above - below));
      return [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * part)) as unknown as Rgb;
    }
    [below, from] = [above, to];
  }
  return from;
}

/** All ramps as RGBA, one row of 256 for each way of colouring. */
export function rampTexels(): Uint8Array {
  const texels = new Uint8Array(RAMP_WIDTH * COLOURINGS.length * 4);
  COLOURINGS.forEach((colouring, row) => {
    for (let i = 0; i < RAMP_WIDTH; i++) {
      const part = i / (RAMP_WIDTH - 1);
      texels.set([...rampColour(colouring, part), 255], (row * RAMP_WIDTH + i) * 4);
    }
  });
  return texels;
}

function rampColour(colouring: Colouring, part: number): Rgb {
  if (colouring === 'source') return SOURCES[Math.min(SOURCES.length - 1, Math.floor(part * SOURCES.length))]![1];
  const scale = SCALES[colouring];
  return colourOn(scale, scale.low + part * (scale.high - scale.low));
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** One of STEPS, 0 at the ground and below: trails change colour in steps, or they would be of a thousand pieces. */
export function altitudeStep(feet: number): number {
  return Math.max(0, Math.min(STEPS - 1, Math.round(feet / STEP_FT)));
}

export function stepColour(step: number): string {
  return css(colourOn(ALTITUDE, step * STEP_FT));
}

export function altitudeColour(feet: number | null): string {
  return feet === null ? UNKNOWN : stepColour(altitudeStep(feet));
}
