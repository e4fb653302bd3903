/** The map as the rest of the page sees it, so that another view can stand in where there is no WebGL. */
import type { Place } from '../sky/motion';
import type { Change } from '../sky/sky';
import type { Box } from '../stream/connection';
import type { Overlays } from './overlays';

export interface View {
  /** Files of the person's own; only the map can show them. */
  readonly overlays?: Overlays;
  /** The box on the screen. */
  bounds(): Box;
  /** Moves so that the place lies in the clear part of the map, beside the panels; at once under reduced motion. */
  goTo(place: Place, zoom?: number): void;
  fit(box: Box): void;
  /** Moves the view, by parts of its smaller side, east and south. */
  pan(right: number, down: number): void;
  zoomBy(steps: number): void;
  /** Where a place is on the screen, from the map's top left corner; null where it cannot be seen. */
  pixelOf(place: Place): { x: number; y: number } | null;
  /** The flight drawn at a pixel, within reach of a finger; null if there is none. */
  pick(x: number, y: number): string | null;
  /** A tick is complete. `started`: it begins a new time line, and nothing flies there from what was. */
  take(change: Change, started: boolean): void;
  /** An animation frame at a moment of the steady clock: draws if something has visibly moved. */
  frame(wall: number): void;
}
