/** Labels of aircraft: what they say, and where there is room for one. */
import type { Facts } from '../sky/flight';
import type { Labels, Units } from '../state/state';
import { measured } from '../text/units';

const CELL_PX = 7;
const CLIMBING_FPM = 300;

/** A label that wants a place beside its aircraft. */
export interface Wish {
  readonly key: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From the middle of the aircraft to the label. */
  readonly gap: number;
  /** Shown even where there is no room. */
  readonly always: boolean;
  /** The side it had, so that it does not jump about. */
  readonly side: number | undefined;
}

/** Where the top left corner of a label is, beside its aircraft: right, left, below or above. */
export function corner(side: number, { width, height, gap }: Pick<Wish, 'width' | 'height' | 'gap'>): readonly [x: number, y: number] {
  switch (side) {
    case 1: return [-gap - width, -height / 2];
    case 2: return [-width / 2, gap];
    case 3: return [-width / 2, -gap - height];
    default: return [gap, -height / 2];
  }
}

/** The side of each label that found room, by its key. Who wishes first is served first; aircraft are not covered. */
export function declutter(
  wishes: readonly Wish[], aircraft: readonly (readonly [x: number, y: number])[], width: number, height: number, most: number,
): Map<number, number> {
  const columns = Math.ceil(width / CELL_PX) + 1;
  const rows = Math.ceil(height / CELL_PX) + 1;
  const taken = new Uint8Array(columns * rows);
  for (const [x, y] of aircraft) {
    const [column, row] = [Math.floor(x / CELL_PX), Math.floor(y / CELL_PX)];
    if (column >= 0 && column < columns && row >= 0 && row < rows) taken[row * columns + column] = 1;
  }
  const sides = new Map<number, number>();

  function cells(wish: Wish, side: number, visit: (cell: number) => boolean): boolean {
    const [dx, dy] = corner(side, wish);
    const left = Math.max(0, Math.floor((wish.x + dx) / CELL_PX));
    const right = Math.min(columns - 1, Math.floor((wish.x + dx + wish.width) / CELL_PX));
    const top = Math.max(0, Math.floor((wish.y + dy) / CELL_PX));
    const bottom = Math.min(rows - 1, Math.floor((wish.y + dy + wish.height) / CELL_PX));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) if (!visit(row * columns + column)) return false;
    }
    return true;
  }

  for (const wish of wishes) {
    if (sides.size >= most) break;
    const tried = [wish.side ?? 0, 0, 1, 2, 3];
    const free = tried.find((side) => cells(wish, side, (cell) => taken[cell] === 0)) ?? (wish.always ? tried[0] : undefined);
    if (free === undefined) continue;
    cells(wish, free, (cell) => (taken[cell] = 1) === 1);
    sides.set(wish.key, free);
  }
  return sides;
}

/** The lines of a label. All of it is text from the radio: it is only ever drawn. */
export function labelLines(
  facts: Facts, motion: { altitude_ft: number; ground_speed_kt: number; vertical_rate_fpm: number }, labels: Labels, units: Units,
): readonly string[] {
  const name = (facts.callsign?.trim() || facts.registration?.trim() || facts.icao24.toUpperCase()).slice(0, 12);
  if (labels !== 'full') return [name];
  const { altitude_ft: altitude, ground_speed_kt: speed, vertical_rate_fpm: climb } = motion;
  const arrow = climb > CLIMBING_FPM ? ' ↑' : climb < -CLIMBING_FPM ? ' ↓' : '';
  const parts: string[] = [];
  if (facts.on_ground === true) parts.push('on ground');
  else if (!Number.isNaN(altitude)) parts.push(measured(Math.round(altitude / 100) * 100, 'altitude', units) + arrow);
  if (!Number.isNaN(speed)) parts.push(measured(speed, 'speed', units));
  return parts.length > 0 ? [name, parts.join('  ')] : [name];
}
