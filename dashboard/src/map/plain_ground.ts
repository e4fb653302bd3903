/** The ground of the plain view: land, lakes, borders and a net of degrees, from the archive the map uses too. */
import { VectorTile, type VectorTileLayer } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles } from 'pmtiles';
import { mercatorX, mercatorY } from '../sky/motion';
import type { PlainCamera } from './plain_camera';

const DEEPEST = 6;
const MOST_TILES = 160;
const NET_DEG = [30, 30, 30, 15, 10, 5, 2, 1, 0.5]; // by zoom

/** The inks, as the style sheet says. */
export interface Inks {
  readonly sea: string;
  readonly land: string;
  readonly coast: string;
  readonly border: string;
  readonly net: string;
}

interface Tile {
  readonly land: Path2D;
  readonly lakes: Path2D;
  readonly borders: Path2D;
  readonly extent: number;
}

export class PlainGround {
  readonly #archive: PMTiles;
  readonly #came: () => void;
  readonly #tiles = new Map<string, Tile | null>(); // null: on its way, or nowhere

  /** `came` is called when more can be drawn. */
  constructor(address: string, came: () => void) {
    this.#archive = new PMTiles(address);
    this.#came = came;
  }

  draw(canvas: CanvasRenderingContext2D, camera: PlainCamera, inks: Inks): void {
    canvas.fillStyle = inks.sea;
    canvas.fillRect(0, 0, camera.width, camera.height);
    const z = Math.max(0, Math.min(DEEPEST, Math.floor(camera.zoom)));
    const count = 2 ** z;
    const size = camera.scale / count;
    const left = camera.x * count - camera.width / 2 / size;
    const top = camera.y * count - camera.height / 2 / size;
    for (let column = Math.floor(left); column < left + camera.width / size; column++) {
      for (let row = Math.max(0, Math.floor(top)); row < Math.min(count, top + camera.height / size); row++) {
        this.#tile(canvas, inks, z, column, row, (column - left) * size, (row - top) * size, size);
      }
    }
    this.#net(canvas, camera, inks);
  }

  /** A tile, or that part of a wider one that is here already. */
  #tile(canvas: CanvasRenderingContext2D, inks: Inks, z: number, column: number, row: number, x: number, y: number, size: number): void {
    let [level, tile] = [z, this.#get(z, wrapped(column, z), row)];
    while (!tile && level > 0) tile = this.#get(--level, wrapped(column, z) >> (z - level), row >> (z - level));
    if (!tile) return;
    const parts = 2 ** (z - level);
    const scale = (size * parts) / tile.extent;
    canvas.save();
    canvas.beginPath();
    canvas.rect(Math.floor(x), Math.floor(y), Math.ceil(size) + 1, Math.ceil(size) + 1);
    canvas.clip();
    canvas.translate(x - (wrapped(column, z) % parts) * size, y - (row % parts) * size);
    canvas.scale(scale, scale);
    canvas.lineWidth = 0.9 / scale;
    canvas.fillStyle = inks.land;
    canvas.fill(tile.land, 'evenodd');
    canvas.strokeStyle = inks.coast;
    canvas.stroke(tile.land);
    canvas.fillStyle = inks.sea;
    canvas.fill(tile.lakes, 'evenodd');
    canvas.strokeStyle = inks.border;
    canvas.stroke(tile.borders);
    canvas.restore();
  }

  #net(canvas: CanvasRenderingContext2D, camera: PlainCamera, inks: Inks): void {
    const step = NET_DEG[Math.max(0, Math.min(NET_DEG.length - 1, Math.floor(camera.zoom)))]!;
    const [west, south, east, north] = camera.bounds;
    const half = camera.width / 2;
    canvas.beginPath();
    for (let lon = Math.ceil(west / step) * step; lon <= east; lon += step) {
      const x = (mercatorX(lon) - mercatorX((west + east) / 2)) * camera.scale + half;
      canvas.moveTo(x, 0);
      canvas.lineTo(x, camera.height);
    }
    for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
      const y = (mercatorY(lat) - camera.y) * camera.scale + camera.height / 2;
      canvas.moveTo(0, y);
      canvas.lineTo(camera.width, y);
    }
    canvas.lineWidth = 1;
    canvas.strokeStyle = inks.net;
    canvas.stroke();
  }

  #get(z: number, x: number, y: number): Tile | null {
    const key = `${z}/${x}/${y}`;
    const tile = this.#tiles.get(key);
    if (tile === undefined) void this.#fetch(key, z, x, y);
    return tile ?? null;
  }

  async #fetch(key: string, z: number, x: number, y: number): Promise<void> {
    if (this.#tiles.size >= MOST_TILES) this.#tiles.delete(this.#tiles.keys().next().value!);
    this.#tiles.set(key, null);
    try {
      const answer = await this.#archive.getZxy(z, x, y);
      this.#tiles.set(key, answer ? tileOf(new Uint8Array(answer.data)) : nothing());
      this.#came();
    } catch {
      setTimeout(() => this.#tiles.delete(key), 5000); // the server is away: the flights are shown without a ground
    }
  }
}

function wrapped(column: number, z: number): number {
  const count = 2 ** z;
  return ((column % count) + count) % count;
}

const nothing = (): Tile => ({ land: new Path2D(), lakes: new Path2D(), borders: new Path2D(), extent: 4096 });

function tileOf(bytes: Uint8Array): Tile {
  const { layers } = new VectorTile(new PbfReader(bytes));
  const extent = Object.values(layers)[0]?.extent ?? 4096;
  return { land: pathOf(layers['land']), lakes: pathOf(layers['lakes']), borders: pathOf(layers['borders']), extent };
}

function pathOf(layer: VectorTileLayer | undefined): Path2D {
  const path = new Path2D();
  for (let i = 0; i < (layer?.length ?? 0); i++) {
    for (const ring of layer!.feature(i).loadGeometry()) {
      ring.forEach(({ x, y }, at) => (at === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    }
  }
  return path;
}
