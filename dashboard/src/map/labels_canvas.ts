/** The labels of aircraft, on a canvas above the map, drawn from the same places in the same frame. */
import './labels.css';
import type { Core } from '../app';
import { project, type Pixel, type Shot } from './aircraft_projection';
import { FLAG, FRONT, type Moment, type Records } from './aircraft_records';
import { SHAPES, drawing } from './icons';
import { corner, declutter, labelLines, type Wish } from './labels';

const FROM_ZOOM = 6.5;
const MOST = 200;
const ARRANGED_MS = 300;
const LINE_PX = 13;
const COPIES = 7; // of the world: three to each side of the first are drawn at most
const PAD_PX = 3; // of a picture of a label, for its halo
const FONT = '11.5px "Inter Variable", sans-serif';

/** A label as it was painted: to paint its text with every frame would cost more than all the aircraft. */
interface Picture {
  /** Of the flight: its slot may be another's by now. */
  readonly id: string;
  readonly text: string;
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

interface Ink {
  readonly text: string;
  readonly dim: string;
  readonly halo: string;
  readonly emergency: string;
}

export class LabelsCanvas {
  readonly #core: Core;
  readonly #records: Records;
  readonly #canvas = document.createElement('canvas');
  readonly #brush: CanvasRenderingContext2D;
  readonly #pictures = new Map<number, Picture>();
  #sides = new Map<number, number>();
  #arranged = -Infinity;
  #empty = true;
  #style = '';

  constructor(container: HTMLElement, core: Core, records: Records) {
    this.#core = core;
    this.#records = records;
    this.#canvas.className = 'aircraft-labels';
    this.#canvas.setAttribute('aria-hidden', 'true'); // the table says the same
    container.append(this.#canvas);
    this.#brush = this.#canvas.getContext('2d')!;
  }

  /** `size`: half of an aircraft, CSS pixels. */
  draw(shot: Shot, moment: Moment, zoom: number, size: number, end: number): void {
    const style = this.#styleNow();
    if (moment.wall - this.#arranged > ARRANGED_MS || style !== this.#style) {
      this.#arranged = moment.wall;
      this.#arrange(shot, moment, zoom, size, end, style);
    }
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(shot.width * ratio), Math.round(shot.height * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width, height });
      Object.assign(this.#canvas.style, { width: `${shot.width}px`, height: `${shot.height}px` });
    } else if (!this.#empty) this.#brush.clearRect(0, 0, width, height);
    this.#empty = true;
    const at = { x: 0, y: 0 };
    for (const [key, side] of this.#sides) {
      const [slot, copy] = told(key);
      const picture = this.#pictures.get(slot);
      const flags = this.#records.flags(slot);
      if (picture === undefined || picture.id !== this.#core.sky.facts[slot]?.id || !isSeen(flags)) continue;
      if (!this.#place(slot, copy, shot, moment, at)) continue;
      const [dx, dy] = corner(side, { width: picture.width, height: picture.height, gap: gapOf(flags, size) });
      const x = Math.round((at.x + dx - PAD_PX) * ratio);
      const y = Math.round((at.y + dy - PAD_PX) * ratio);
      this.#brush.drawImage(picture.canvas, x, y);
      this.#empty = false;
    }
  }

  /** Which labels are shown, what they say, and on which side. */
  #arrange(shot: Shot, moment: Moment, zoom: number, size: number, end: number, style: string): void {
    const ink = this.#ink();
    if (style !== this.#style) this.#pictures.clear();
    this.#style = style;
    const all = zoom >= FROM_ZOOM && this.#core.state.labels.peek() !== 'none';
    const seen: { slot: number; key: number; x: number; y: number; rank: number }[] = [];
    const copies = shot.globe ? 0 : shot.copies;
    const at = { x: 0, y: 0 };
    for (const slot of all ? counted(end) : this.#records.front) {
      const flags = this.#records.flags(slot);
      if (!isSeen(flags)) continue;
      if (!this.#core.sky.facts[slot]) continue; // it may be gone in the middle of a tick
      for (let copy = -copies; copy <= copies; copy++) {
        if (!this.#place(slot, copy, shot, moment, at)) continue;
        if (at.x < 0 || at.y < 0 || at.x > shot.width || at.y > shot.height) continue;
        const key = keyOf(slot, copy);
        seen.push({ slot, key, x: at.x, y: at.y, rank: this.#rank(key, flags) });
      }
    }
    seen.sort((a, b) => a.rank - b.rank || a.key - b.key);
    const wishes: Wish[] = [];
    const kept = new Set<number>();
    for (const { slot, key, x, y } of seen.slice(0, 4 * MOST)) {
      const flags = this.#records.flags(slot);
      const { width, height } = this.#picture(slot, moment, ink);
      const always = (flags & FRONT) !== 0;
      wishes.push({ key, x, y, width, height, gap: gapOf(flags, size), always, side: this.#sides.get(key) });
      kept.add(slot);
    }
    this.#sides = declutter(wishes, seen.map(({ x, y }) => [x, y] as const), shot.width, shot.height, MOST);
    for (const slot of this.#pictures.keys()) if (!kept.has(slot)) this.#pictures.delete(slot);
  }

  #rank(key: number, flags: number): number {
    if ((flags & FLAG.selected) !== 0) return 0;
    if ((flags & FLAG.emergency) !== 0) return 1;
    if ((flags & FLAG.hovered) !== 0) return 2;
    return this.#sides.has(key) ? 3 : (flags & FLAG.grounded) !== 0 ? 5 : 4;
  }

  #place(slot: number, copy: number, shot: Shot, moment: Moment, out: Pixel): boolean {
    this.#records.place(slot, moment, this.#core.state.raw.peek(), out);
    return project(shot, out.x, out.y, copy, out);
  }

  #picture(slot: number, moment: Moment, ink: Ink): Picture {
    const { sky, state } = this.#core;
    const facts = sky.facts[slot]!;
    const motion = {
      altitude_ft: sky.altitudeAt(slot, moment.stream),
      ground_speed_kt: sky.ground_speed_kt[slot]!,
      vertical_rate_fpm: sky.vertical_rate_fpm[slot]!,
    };
    const full = state.selected.peek().includes(facts.id) ? 'full' : state.labels.peek();
    const lines = labelLines(facts, motion, full, state.units.peek());
    const text = `${facts.emergency ?? ''}\n${lines.join('\n')}`;
    const known = this.#pictures.get(slot);
    if (known?.id === facts.id && known.text === text) return known;
    const colour = facts.emergency === null ? ink.text : ink.emergency;
    const picture = { id: facts.id, text, ...paint(known?.canvas ?? document.createElement('canvas'), lines, colour, ink) };
    this.#pictures.set(slot, picture);
    return picture;
  }

  #styleNow(): string {
    const { labels, units, theme, selected } = this.#core.state;
    return [labels.peek(), units.peek(), theme.peek(), selected.peek().join(), devicePixelRatio, document.documentElement.dataset['theme']].join();
  }

  #ink(): Ink {
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    return { text: colour('--label'), dim: colour('--label-dim'), halo: colour('--label-halo'), emergency: colour('--label-emergency') };
  }
}

function paint(canvas: HTMLCanvasElement, lines: readonly string[], colour: string, ink: Ink): Pick<Picture, 'canvas' | 'width' | 'height'> {
  const brush = canvas.getContext('2d')!;
  const ratio = devicePixelRatio;
  const fonts = [`600 ${FONT}`, `450 ${FONT.replace('11.5', '10.5')}`];
  const widths = lines.map((line, i) => {
    brush.font = fonts[i]!;
    return brush.measureText(line).width;
  });
  const [width, height] = [Math.ceil(Math.max(...widths)), lines.length * LINE_PX];
  canvas.width = Math.ceil((width + 2 * PAD_PX) * ratio); // clears it, too
  canvas.height = Math.ceil((height + 2 * PAD_PX) * ratio);
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.textBaseline = 'middle';
  brush.lineJoin = 'round';
  brush.lineWidth = 3;
  lines.forEach((line, i) => {
    brush.font = fonts[i]!;
    brush.strokeStyle = ink.halo;
    brush.fillStyle = i === 0 ? colour : ink.dim;
    const y = PAD_PX + (i + 0.5) * LINE_PX;
    brush.strokeText(line, PAD_PX, y);
    brush.fillText(line, PAD_PX, y);
  });
  return { canvas, width, height };
}

/** A flight is labelled in each copy of the world that is seen. */
function keyOf(slot: number, copy: number): number {
  return slot * COPIES + copy + 3;
}

function told(key: number): readonly [slot: number, copy: number] {
  return [Math.floor(key / COPIES), (key % COPIES) - 3];
}

/** Drawn, and not only as a ghost. */
function isSeen(flags: number): boolean {
  return (flags & (FLAG.shown | FLAG.placed | FLAG.ghost)) === (FLAG.shown | FLAG.placed);
}

/** From the middle of an aircraft to its label, so that neither it nor its halo is covered; sizes are the shader's. */
function gapOf(flags: number, size: number): number {
  const half = size * drawing(SHAPES[flags & FLAG.shape] ?? 'dot').size;
  if ((flags & FLAG.selected) !== 0) return half * 1.3 * ((flags & FLAG.emergency) !== 0 ? 1.3 : 1) + Math.max(8, half * 0.6);
  return half * ((flags & FLAG.emergency) !== 0 ? 1.3 : 1) + 4;
}

function* counted(end: number): IterableIterator<number> {
  for (let slot = 1; slot < end; slot++) yield slot;
}
