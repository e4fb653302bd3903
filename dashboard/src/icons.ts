/** Silhouettes of aircraft, our own drawings, and which flight gets which. */
import { EMERGENCY, GROUND, STEPS, UNKNOWN, altitudeStep, stepColour } from './colours';
import type { Flight } from './messages';

export type Shape = 'jet' | 'heavy' | 'light' | 'helicopter' | 'dot';

/** Top views in a box of 64 x 64, nose up. */
const OUTLINES: Record<Shape, string> = {
  jet: 'M32 3c2.3 0 3.6 3.6 3.8 8.5l.3 11.2 21.4 13.9c1 .7 1.5 1.7 1.5 2.9v2.6L36.3 36l-.6 13.6 7 5.6v3.3L32 55.6l-10.7 2.9v-3.3l7-5.6L27.7 36 5 42.1v-2.6c0-1.2.5-2.2 1.5-2.9L27.9 22.7l.3-11.2C28.4 6.6 29.7 3 32 3z',
  heavy: 'M32 1c2.9 0 4.5 4 4.7 9.2l.3 10.3 6.7 4.7v-3.7h3.6v6.2l5.9 4.2v-3.3h3.4v5.7l5.4 3.9v4.8L37.3 34.5l-.7 15.2 8.9 7v3.9L32 57.2l-13.5 3.4v-3.9l8.9-7-.7-15.2L2 43v-4.8l5.4-3.9v-5.7h3.4v3.3l5.9-4.2v-6.2h3.6v3.7l6.7-4.7.3-10.3C27.5 5 29.1 1 32 1z',
  light: 'M32 5c2 0 3.3 2.5 3.5 6.5l.2 7H60v6.5l-24.5 4-.8 17.5L44 50v5l-12-2-12 2v-5l9.3-3.5L28.5 29 4 25v-6.5h24.3l.2-7C28.7 7.5 30 5 32 5z',
  helicopter: 'M30 20L12 6l-3 3 16 16.5C23.6 28 23.5 31 24.5 34L9 51l3 3 15-15 3.2 4V55h-5v4h13.6v-4h-5V43l3.2-4 15 15 3-3-15.5-17c1-3 .9-6-.5-8.5L55 9l-3-3-18 14z',
  dot: 'M32 18a14 14 0 1 0 .01 0z',
};

const CATEGORY_SHAPES: Record<string, Shape> = {
  A1: 'light', A5: 'heavy', A7: 'helicopter', B1: 'light', B4: 'light',
};
const HEAVY_TYPES = /^(A33|A34|A35|A38|B74|B76|B77|B78|MD11|IL96|A124|C5M|C17)/;
const LIGHT_TYPES = /^(C1[5-8]|C20|C21|PA|P28|DA[2-6]|SR2|BE[2-9]|AT[4-7]|DH8|PC12|SF34)/;

/** Without a track there is no telling where a nose points: a dot. */
export function shapeOf(flight: Pick<Flight, 'category' | 'type_code' | 'track_deg'>): Shape {
  if (flight.track_deg === null) return 'dot';
  const type = flight.type_code ?? '';
  if (HEAVY_TYPES.test(type)) return 'heavy';
  if (LIGHT_TYPES.test(type)) return 'light';
  return CATEGORY_SHAPES[flight.category ?? ''] ?? 'jet';
}

/** The name of the image to draw a flight with; `iconImages` draws one for every name this can give. */
export function iconName(
  flight: Pick<Flight, 'category' | 'type_code' | 'track_deg' | 'altitude_ft' | 'on_ground' | 'emergency'>,
): string {
  return `${shapeOf(flight)}-${paintOf(flight)}`;
}

function paintOf(flight: Pick<Flight, 'altitude_ft' | 'on_ground' | 'emergency'>): string {
  if (flight.emergency !== null) return 'emergency';
  if (flight.on_ground === true) return 'ground';
  return flight.altitude_ft === null ? 'unknown' : String(altitudeStep(flight.altitude_ft));
}

const ICON_PX = 32; // on the map, at full size
const RATIO = 2;

/** All icons, painted once at start. */
export function* iconImages(): Generator<{ name: string; image: ImageData; pixelRatio: number }> {
  const paints = new Map([['emergency', EMERGENCY], ['ground', GROUND], ['unknown', UNKNOWN]]);
  for (let step = 0; step < STEPS; step++) paints.set(String(step), stepColour(step));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = ICON_PX * RATIO;
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  if (!brush) return;
  const scale = (canvas.width / 64) * 0.86;
  for (const [shape, outline] of Object.entries(OUTLINES)) {
    const path = new Path2D(outline);
    for (const [paint, colour] of paints) {
      brush.setTransform(1, 0, 0, 1, 0, 0);
      brush.clearRect(0, 0, canvas.width, canvas.height);
      brush.setTransform(scale, 0, 0, scale, canvas.width * 0.07, canvas.width * 0.07);
      brush.lineJoin = 'round';
      brush.lineWidth = 5; // a dark rim keeps neighbours apart
      brush.strokeStyle = 'rgb(4 8 15 / 0.85)';
      brush.stroke(path);
      brush.fillStyle = colour;
      brush.fill(path);
      const image = brush.getImageData(0, 0, canvas.width, canvas.height);
      yield { name: `${shape}-${paint}`, image, pixelRatio: RATIO };
    }
  }
}
