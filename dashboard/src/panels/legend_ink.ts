/** The colours as the map shows them: on the light one the shader of the aircraft makes them darker and richer. */
import { css, type Rgb } from '../map/colours';
import type { Theme } from '../state/state';

const DARKER = 0.74; // as in map/aircraft_shaders.ts, as are the next two
const RICHER = 0.22;
const GREY = [0.3, 0.59, 0.11] as const;

export function shownIn(theme: Theme, colour: Rgb): string {
  if (theme === 'dark') return css(colour);
  const grey = colour[0] * GREY[0] + colour[1] * GREY[1] + colour[2] * GREY[2];
  const rich = colour.map((part) => Math.round(Math.max(0, Math.min(255, part * DARKER * (1 + RICHER) - grey * RICHER))));
  return css(rich as unknown as Rgb);
}
