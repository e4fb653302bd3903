/** The marks of a scale: round numbers in the unit of the person. */

export interface Mark {
  /** Along the scale, 0 to 1. */
  readonly at: number;
  readonly text: string;
}

const MOST = 5;
const STEPS = [1, 2, 5];

/** From `low` to `high`; one of our own unit is `factor` of the unit shown. */
export function marksOf(low: number, high: number, factor: number): Mark[] {
  const [from, to] = [low * factor, high * factor];
  const step = stepOf((to - from) / MOST);
  const marks: Mark[] = [];
  for (let value = Math.ceil(from / step - 1e-9) * step; value <= to * (1 + 1e-9); value += step) {
    marks.push({ at: (value - from) / (to - from), text: short(value) });
  }
  return marks;
}

/** The smallest of 1, 2, 5, 10, 20, ... that is no smaller. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (STEPS.find((step) => step * power >= least * (1 - 1e-9)) ?? 10) * power;
}

function short(value: number): string {
  const round = Math.round(value * 10) / 10 + 0; // adding 0 makes 0 of -0
  const sign = round < 0 ? '\u2212' : '';
  const size = Math.abs(round);
  return sign + (size >= 1000 ? `${size / 1000}k` : String(size));
}
