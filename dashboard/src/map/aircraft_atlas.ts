/** The silhouettes as a texture: red is the body, green the body and the rim around it, blue a line along the edge. */
import { CELLS } from './aircraft_shaders';
import { BOX, SHAPES, drawing } from './icons';

const CELL_PX = 128;
const INSIDE = 0.82; // of a cell: the rest is room for the rim, and for the smaller copies of the texture
const RIM = 9; // units of the box
const EDGE = 3.4;

export function atlas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = CELL_PX * CELLS;
  const brush = canvas.getContext('2d')!;
  brush.fillStyle = '#000';
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.globalCompositeOperation = 'lighten'; // channels keep apart, and polygons that overlap are one
  brush.lineJoin = 'round';
  SHAPES.forEach((shape, i) => {
    const scale = (CELL_PX / BOX) * INSIDE;
    const margin = (CELL_PX * (1 - INSIDE)) / 2;
    brush.setTransform(scale, 0, 0, scale, (i % CELLS) * CELL_PX + margin, Math.floor(i / CELLS) * CELL_PX + margin);
    for (const polygon of drawing(shape).polygons) {
      const path = new Path2D();
      polygon.forEach(([x, y], n) => (n === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
      path.closePath();
      stroke(brush, path, '#0f0', RIM);
      stroke(brush, path, '#00f', EDGE);
      stroke(brush, path, '#f00', 1.6); // rounds the corners
      brush.fillStyle = '#ff0';
      brush.fill(path);
    }
  });
  return canvas;
}

function stroke(brush: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  brush.strokeStyle = colour;
  brush.lineWidth = width;
  brush.stroke(path);
}
