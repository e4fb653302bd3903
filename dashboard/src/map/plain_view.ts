/** The view where there is no WebGL 2: a flat map on a plain canvas. Everything around it works as with the other. */
import { effect } from '@preact/signals';
import type { Core } from '../app';
import type { Place } from '../sky/motion';
import { mercatorX, mercatorY } from '../sky/motion';
import type { Change } from '../sky/sky';
import type { Camera } from '../state/state';
import type { Box } from '../stream/connection';
import { offsetTo } from './clear_part';
import { PlainCamera } from './plain_camera';
import { PlainFlights, type FlightInks } from './plain_flights';
import { followGestures } from './plain_gestures';
import { PlainGround, type Inks } from './plain_ground';
import { repaintInterval } from './repaint';
import type { View } from './view';
import './plain_view.css';

const CLOSE_ZOOM = 8;
const SHORTEST_MS = 100; // a canvas costs more than the graphics card
const TOLD_MS = 150; // after a move: a stream that is asked all the time gives nothing
const SHARPEST = 2; // device pixels of a pixel

export class PlainView implements View {
  readonly #core: Core;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #ground: PlainGround;
  readonly #flights: PlainFlights;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #camera: PlainCamera;
  #told: Camera;
  #inks: Inks & FlightInks;
  #stale = true;
  #drawn = -Infinity;
  #movedAt: number | null = null; // when it moved without having told the state
  #pointer: { x: number; y: number } | null | undefined; // undefined: it has not moved since the last frame

  constructor(container: HTMLElement, basemap: string, core: Core) {
    this.#core = core;
    const { state } = core;
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'plain';
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('role', 'application');
    this.#canvas.setAttribute('aria-label', 'Map of flights, drawn plainly. Arrow keys move it, plus and minus zoom. The table tells the same in words.');
    const origins = document.createElement('p');
    origins.className = 'plain-origins';
    origins.textContent = 'Natural Earth · OurAirports';
    container.append(this.#canvas, this.#zooms(), origins);
    this.#context = this.#canvas.getContext('2d', { alpha: false })!;
    this.#ground = new PlainGround(`${basemap}base.pmtiles`, () => (this.#stale = true));
    this.#flights = new PlainFlights(core);
    this.#told = state.camera.peek();
    this.#camera = PlainCamera.at(this.#told, this.#told.zoom, container.clientWidth, container.clientHeight);
    this.#inks = inksOf(this.#canvas);
    this.#tell();
    followGestures(this.#canvas, {
      dragged: (right, down) => {
        state.follow.value = false;
        this.#move(this.#camera.moved(right, down));
      },
      zoomed: (steps, around) => this.#move(this.#camera.zoomed(steps, state.follow.peek() ? undefined : around)),
      tapped: (at, adding) => {
        const id = this.pick(at.x, at.y);
        const several = adding || state.multi.peek();
        if (several && id !== null) state.toggle(id);
        else if (!several) state.choose(id);
      },
      pointed: (at) => (this.#pointer = at),
    });
    new ResizeObserver(() => this.#fitCanvas(container)).observe(container);
    this.#fitCanvas(container);
    effect(() => {
      const camera = state.camera.value;
      if (camera !== this.#told) this.#centre(camera, camera.zoom); // another address was opened
    });
    effect(() => {
      void [
        state.selected.value, state.hovered.value, state.isolate.value, state.others.value, state.labels.value, state.raw.value,
        state.iconScale.value, state.theme.value, core.sieve.sifted.value,
      ];
      this.#stale = true;
    });
  }

  bounds(): Box {
    return this.#camera.bounds;
  }

  goTo(place: Place, zoom = Math.max(CLOSE_ZOOM, this.#camera.zoom)): void {
    setTimeout(() => { // the panel of what was just selected is not there yet
      const { width, height } = this.#camera;
      const { x, y } = offsetTo(this.#core.clear(), width, height);
      this.#move(PlainCamera.at(place, zoom, width, height).moved(-x, -y));
    });
  }

  #centre(place: Place, zoom: number): void {
    this.#move(PlainCamera.at(place, zoom, this.#camera.width, this.#camera.height));
  }

  fit(box: Box): void {
    this.#move(PlainCamera.over(box, this.#camera.width, this.#camera.height, CLOSE_ZOOM));
  }

  pan(right: number, down: number): void {
    const side = Math.min(this.#camera.width, this.#camera.height);
    this.#core.state.follow.value = false;
    this.#move(this.#camera.moved(right * side, down * side));
  }

  zoomBy(steps: number): void {
    this.#move(this.#camera.zoomed(steps));
  }

  pixelOf(place: Place): { x: number; y: number } | null {
    const pixel = this.#camera.project(mercatorX(place.lon), mercatorY(place.lat));
    return this.#camera.sees(pixel) ? pixel : null;
  }

  pick(x: number, y: number): string | null {
    return this.#flights.pick(x, y);
  }

  take(change: Change): void {
    if (change.gone.length > 0 || change.told.length > 0) this.#stale = true;
  }

  frame(wall: number): void {
    this.#follow();
    if (this.#pointer !== undefined) {
      const id = this.#pointer && this.pick(this.#pointer.x, this.#pointer.y);
      this.#pointer = undefined;
      this.#core.state.hovered.value = id;
      this.#canvas.style.cursor = id === null ? '' : 'pointer';
    }
    if (this.#movedAt !== null && wall - this.#movedAt > TOLD_MS) this.#tell();
    const { zoom, place } = this.#camera;
    const interval = this.#calm.matches ? 1000 : Math.max(SHORTEST_MS, repaintInterval(zoom, place.lat, this.#core.state.link.peek().rate));
    if (!this.#stale && wall - this.#drawn < interval) return;
    this.#stale = false;
    this.#drawn = wall;
    this.#inks = inksOf(this.#canvas);
    this.#ground.draw(this.#context, this.#camera, this.#inks);
    this.#flights.draw(this.#context, this.#camera, this.#inks);
  }

  #follow(): void {
    const { state, sky } = this.#core;
    if (!state.follow.peek()) return;
    const slot = sky.slotOf(state.selected.peek().at(-1) ?? '');
    const place = slot === undefined ? null : sky.placeAt(slot, this.#core.now());
    const pixel = place && this.#camera.project(mercatorX(place.lon), mercatorY(place.lat));
    if (pixel && Math.hypot(pixel.x - this.#camera.width / 2, pixel.y - this.#camera.height / 2) > 1) this.#centre(place!, this.#camera.zoom);
  }

  #move(camera: PlainCamera): void {
    this.#camera = camera;
    this.#stale = true;
    this.#movedAt ??= this.#core.wall();
  }

  #tell(): void {
    this.#movedAt = null;
    this.#core.state.camera.value = this.#told = { ...this.#camera.place, zoom: this.#camera.zoom, bearing: 0, pitch: 0 };
  }

  #fitCanvas({ clientWidth, clientHeight }: HTMLElement): void {
    const sharp = Math.min(SHARPEST, devicePixelRatio);
    this.#canvas.width = Math.round(clientWidth * sharp);
    this.#canvas.height = Math.round(clientHeight * sharp);
    this.#context.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.#move(this.#camera.resized(clientWidth, clientHeight));
  }

  #zooms(): HTMLElement {
    const group = document.createElement('div');
    group.className = 'plain-zooms glass';
    for (const [sign, name, steps] of [['+', 'Zoom in', 1], ['−', 'Zoom out', -1]] as const) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = sign;
      button.setAttribute('aria-label', name);
      button.addEventListener('click', () => this.zoomBy(steps));
      group.append(button);
    }
    return group;
  }
}

function inksOf(canvas: HTMLElement): Inks & FlightInks {
  const style = getComputedStyle(canvas);
  const ink = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: ink('sea'), land: ink('land'), coast: ink('coast'), border: ink('border'), net: ink('net'),
    text: ink('text'), halo: ink('halo'), outline: ink('outline'), accent: ink('accent'), font: `550 11.5px ${style.fontFamily}`,
  };
}
