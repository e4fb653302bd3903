/** From the world to the screen, as the shader goes: what a frame was drawn with, and the same arithmetic on the CPU. */

/** How the last frame was drawn. Matrices are by columns, as WebGL has them. */
export interface Shot {
  /** Of the map, CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Middle of the map, worlds. */
  readonly x: number;
  readonly y: number;
  /** From worlds beside the middle to clip space. */
  readonly flat: ArrayLike<number>;
  /** Copies of the world on each side of the first. */
  readonly copies: number;
  /** While the Earth is drawn as a globe. */
  readonly globe: Globe | null;
}

export interface Globe {
  /** From the unit sphere to clip space. */
  readonly matrix: ArrayLike<number>;
  /** What is behind this plane cannot be seen. */
  readonly plane: ArrayLike<number>;
  /** 1: all globe; 0: all flat. */
  readonly share: number;
}

export interface Pixel {
  x: number;
  y: number;
}

/** The matrix with its origin moved to a place of the world, in 64 bits: with 32, places near it would tremble. */
export function centred(matrix: ArrayLike<number>, x: number, y: number): number[] {
  const moved = Array.from(matrix);
  for (let row = 0; row < 4; row++) moved[12 + row] = matrix[row]! * x + matrix[4 + row]! * y + matrix[12 + row]!;
  return moved;
}

/** How many copies of the world to each side a flat map shows: MapLibre repeats it, but asks a custom layer once. */
export function copiesOf(width: number, height: number, zoom: number, pitch: number): number {
  const seen = Math.hypot(width, height) * (pitch > 20 ? 2 : 1);
  return Math.max(0, Math.min(3, Math.ceil((seen / (512 * 2 ** zoom) - 1) / 2)));
}

/** Functions of a coordinate from 0 to 1, in steps so small that lines between them are right to 3 in 10 million. */
const STEPS = 4096;
const SIN_LATITUDE = table((y) => Math.tanh(Math.PI * (1 - 2 * y)));
const COS_LATITUDE = table((y) => 1 / Math.cosh(Math.PI * (1 - 2 * y)));
const SIN_LONGITUDE = table((x) => Math.sin(2 * Math.PI * x + Math.PI));
const COS_LONGITUDE = table((x) => Math.cos(2 * Math.PI * x + Math.PI));

function table(of: (coordinate: number) => number): Float64Array {
  return Float64Array.from({ length: STEPS + 2 }, (_, i) => of(i / STEPS));
}

function looked(values: Float64Array, coordinate: number): number {
  const at = Math.max(0, Math.min(1, coordinate)) * STEPS;
  const i = Math.trunc(at);
  const below = values[i]!;
  return below + (values[i + 1]! - below) * (at - i);
}

/** Where a place is on the screen, into `out`; false if it cannot be seen. `copy` is that of the world. */
export function project(shot: Shot, x: number, y: number, copy: number, out: Pixel): boolean {
  const beside = x - shot.x;
  const dx = beside - Math.round(beside) + copy;
  const dy = y - shot.y;
  const { flat, globe } = shot;
  let cx = flat[0]! * dx + flat[4]! * dy + flat[12]!;
  let cy = flat[1]! * dx + flat[5]! * dy + flat[13]!;
  let cw = flat[3]! * dx + flat[7]! * dy + flat[15]!;
  if (globe) {
    const { matrix: m, plane, share } = globe;
    const ring = looked(COS_LATITUDE, y);
    const sx = looked(SIN_LONGITUDE, x - Math.floor(x)) * ring;
    const sy = looked(SIN_LATITUDE, y);
    const sz = looked(COS_LONGITUDE, x - Math.floor(x)) * ring;
    if (sx * plane[0]! + sy * plane[1]! + sz * plane[2]! + plane[3]! < 0) return false;
    cx += (m[0]! * sx + m[4]! * sy + m[8]! * sz + m[12]! - cx) * share;
    cy += (m[1]! * sx + m[5]! * sy + m[9]! * sz + m[13]! - cy) * share;
    cw += (m[3]! * sx + m[7]! * sy + m[11]! * sz + m[15]! - cw) * share;
  }
  if (!(cw > 0)) return false;
  out.x = (cx / cw / 2 + 0.5) * shot.width;
  out.y = (0.5 - cy / cw / 2) * shot.height;
  return true;
}
