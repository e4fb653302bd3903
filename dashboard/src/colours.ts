/** The colour of a flight: its altitude, in steps, so that each step's icon is drawn once at start. */

type Rgb = readonly [number, number, number];

const RAMP: readonly (readonly [feet: number, colour: Rgb])[] = [
  [0, [255, 128, 78]],
  [4_000, [255, 172, 66]],
  [10_000, [236, 222, 92]],
  [18_000, [112, 224, 128]],
  [26_000, [62, 212, 204]],
  [34_000, [84, 164, 255]],
  [40_000, [152, 126, 255]],
  [45_000, [228, 116, 242]],
];

export const TOP_FT = 45_000;
export const STEP_FT = 1_500;
export const STEPS = TOP_FT / STEP_FT + 1;

export const EMERGENCY = 'rgb(255 77 94)';
export const GROUND = 'rgb(150 160 176)';
export const UNKNOWN = 'rgb(196 206 220)';

/** One of STEPS, 0 at the ground and below. */
export function altitudeStep(feet: number): number {
  return Math.max(0, Math.min(STEPS - 1, Math.round(feet / STEP_FT)));
}

export function stepColour(step: number): string {
  const feet = step * STEP_FT;
  let [below, from] = RAMP[0]!;
  for (const [above, to] of RAMP) {
    if (feet <= above) {
      const part = above === below ? 0 : (feet - below) / (above - below);
      return `rgb(${from.map((value, i) => Math.round(value + (to[i]! - value) * part)).join(' ')})`;
    }
    [below, from] = [above, to];
  }
  return `rgb(${from.join(' ')})`;
}

export function altitudeColour(feet: number | null): string {
  return feet === null ? UNKNOWN : stepColour(altitudeStep(feet));
}
