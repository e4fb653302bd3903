/**
 * The aircraft on the map: a layer of our own in MapLibre's frame. A flight costs something here when the stream names
 * it or a choice changes its look; between, the shader moves it.
 */
import { effect } from '@preact/signals';
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import { mercatorX, mercatorY } from '../sky/motion';
import type { Change } from '../sky/sky';
import { AircraftGl } from './aircraft_gl';
import { flagsOf, mayLookOther, shadeOf, type Choice } from './aircraft_look';
import { halfSize, slotAt, windowOf, type Window } from './aircraft_pick';
import { centred, copiesOf, project, type Shot } from './aircraft_projection';
import { FADE, Records, X_WORLD, Y_WORLD, type Moment } from './aircraft_records';
import { COLOURINGS } from './colours';
import { LabelsCanvas } from './labels_canvas';
import type { MapPart } from './map';
import { Repaint, repaintInterval, slideMs, worldPx } from './repaint';

/** Lines that belong to flights go in below this layer. */
export const SELECTED_LAYER = 'aircraft';
const STEPPED_BACK = 0.76; // how much the others are seen beside a selected one
const REACH_PX = 13;
const FINGER_PX = 24;

export class AircraftLayer implements MapPart {
  /** For benchmarks: how often it was drawn, and the main thread's time for that, ms. */
  draws = 0;
  drawMs = 0;

  readonly #map: MapLibre;
  readonly #core: Core;
  readonly #records: Records;
  readonly #labels: LabelsCanvas;
  readonly #repaint = new Repaint();
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #finger = matchMedia('(pointer: coarse)');
  #gl: AircraftGl | null = null;
  /** Its size in CSS pixels: to ask for it in a frame would lay out the whole page there and then. */
  readonly #canvas = { width: 0, height: 0 };
  #shot: Shot | null = null;
  #moment: Moment = { stream: 0, wall: 0 };
  #hovered: string | null = null;
  readonly #shade = { at: NaN, rate: 0, earthen: false };
  #choice: Choice = { selected: new Set(), isolate: false, others: 'hide', hovered: -1 };

  constructor(map: MapLibre, core: Core) {
    this.#map = map;
    this.#core = core;
    this.#records = new Records(core.sky);
    this.#labels = new LabelsCanvas(map.getCanvasContainer(), core, this.#records);
    const layer: CustomLayerInterface = {
      id: SELECTED_LAYER, type: 'custom', renderingMode: '2d', render: (gl, input) => this.#render(gl as WebGL2RenderingContext, input),
    };
    const show = (): void => {
      if (!map.getLayer(SELECTED_LAYER)) map.addLayer(layer);
    };
    show();
    // A lost context takes all layers along, and the map brings back only those it can describe. So does another style.
    map.on('webglcontextlost', () => (this.#gl = null));
    map.on('webglcontextrestored', () => (map.isStyleLoaded() ? show() : undefined));
    map.on('style.load', show);
    map.on('render', () => this.#label());
    const measure = (): void => {
      const { clientWidth, clientHeight } = map.getCanvas();
      Object.assign(this.#canvas, { width: clientWidth, height: clientHeight });
    };
    measure();
    map.on('resize', measure);

    const { state, sieve } = core;
    effect(() => {
      const [selected, isolate, others] = [new Set(state.selected.value), state.isolate.value, state.others.value];
      void sieve.sifted.value;
      this.#choice = { ...this.#choice, selected, isolate, others };
      this.#relook();
    });
    effect(() => {
      void state.colouring.value;
      this.#reshade();
    });
    effect(() => {
      void [state.raw.value, state.iconScale.value, state.theme.value, state.labels.value, state.units.value];
      this.#repaint.soon();
    });
  }

  take({ gone, told, moved }: Change, started: boolean): void {
    const records = this.#records;
    const { sky, state, sieve } = this.#core;
    const moment = { stream: this.#core.now(), wall: this.#core.wall() };
    const colouring = state.colouring.peek();
    records.reserve();
    records.rebase(moment);
    this.#choice = { ...this.#choice, hovered: this.#slotOf(this.#hovered) }; // its slot may be another's now
    for (const { slot } of gone) records.clear(slot);
    for (const slot of told) records.look(slot, this.#flags(slot));
    const smooth = !started && !state.raw.peek() && !this.#calm.matches;
    const farthest = records.move(moved, moment, smooth, this.#nearby());
    for (const slot of moved) { // who was told has moved, too
      if (!sky.facts[slot]) continue;
      records.shade(slot, shadeOf(sky, slot, colouring, this.#shade));
      if (sieve.active || mayLookOther(records.flags(slot), sky.track_deg[slot]!)) records.look(slot, this.#flags(slot));
    }
    const pixels = farthest * worldPx(this.#map.getZoom());
    this.#repaint.slide(moment.wall + slideMs(pixels, FADE));
    if (started || this.draws === 0) this.#repaint.soon();
  }

  frame(wall: number): void {
    const { lat } = this.#map.getCenter();
    const { raw, link } = this.#core.state;
    const interval = repaintInterval(this.#map.getZoom(), lat, raw.peek() ? 0 : link.peek().rate);
    if (this.#repaint.due(wall, interval, this.#calm.matches)) this.#map.triggerRepaint();
  }

  /** The id of the flight drawn nearest to a pixel, within reach. */
  pick(x: number, y: number): string | null {
    if (!this.#shot) return null;
    const reach = Math.max(this.#finger.matches ? FINGER_PX : REACH_PX, this.#size());
    const { sky, state } = this.#core;
    const slot = slotAt(this.#records, this.#drawn(), this.#shot, this.#moment, state.raw.peek(), x, y, reach, this.#window(this.#shot, x, y, reach));
    return sky.facts[slot]?.id ?? null;
  }

  /** What of the world is around a pixel, if all of that is on the Earth: the map answers for the sky, too. */
  #window(shot: Shot, x: number, y: number, reach: number): Window | null {
    const around = [[0, 0], [reach, 0], [-reach, 0], [0, reach], [0, -reach]] as const;
    const pixel = { x: 0, y: 0 };
    const places: { x: number; y: number }[] = [];
    for (const [dx, dy] of around) {
      const { lng, lat } = this.#map.unproject([x + dx, y + dy]);
      const place = { x: mercatorX(lng), y: mercatorY(lat) };
      const there = project(shot, place.x, place.y, 0, pixel) && Math.hypot(pixel.x - x - dx, pixel.y - y - dy) < 1;
      if (!there) return null;
      places.push(place);
    }
    return windowOf(places);
  }

  /** The flight under the pointer stands out a little; null: there is none. */
  hover(id: string | null): void {
    this.#hovered = id;
    const slot = this.#slotOf(id);
    const before = this.#choice.hovered;
    if (slot === before) return;
    this.#choice = { ...this.#choice, hovered: slot };
    for (const changed of [before, slot]) {
      if (changed >= 0 && changed < this.#drawn()) this.#records.look(changed, this.#flags(changed));
    }
    this.#repaint.soon();
  }

  #render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const begun = this.#core.wall();
    if (!this.#gl) {
      this.#gl = new AircraftGl(gl);
      this.#records.forget();
    }
    const { state } = this.#core;
    this.#moment = { stream: this.#core.now(), wall: begun };
    this.#shot = this.#aim(input);
    this.#gl.draw(this.#records, this.#shot, {
      moment: this.#moment,
      raw: state.raw.peek(),
      light: state.theme.peek() === 'light',
      size: this.#size(),
      back: state.selected.peek().length > 0 ? STEPPED_BACK : 1,
      row: COLOURINGS.indexOf(state.colouring.peek()),
      zoom: this.#map.getZoom(),
      end: this.#drawn(),
    }, input);
    this.#repaint.drawn(begun);
    this.draws++;
    this.drawMs += this.#core.wall() - begun;
  }

  #label(): void {
    if (this.#shot) this.#labels.draw(this.#shot, this.#moment, this.#map.getZoom(), this.#size(), this.#drawn());
  }

  #aim({ shaderData, defaultProjectionData: data }: CustomRenderMethodInput): Shot {
    const { lng, lat } = this.#map.getCenter();
    const { width, height } = this.#canvas;
    const x = Math.round(mercatorX(lng) * X_WORLD) / X_WORLD; // as the shader has it, so that matrix and places agree
    const y = Math.round(mercatorY(lat) * Y_WORLD) / Y_WORLD;
    const globe = shaderData.variantName === 'globe'
      ? { matrix: Array.from(data.mainMatrix), plane: data.clippingPlane, share: data.projectionTransition }
      : null;
    const flat = centred(globe ? data.fallbackMatrix : data.mainMatrix, x, y);
    const repeated = !globe && this.#map.getRenderWorldCopies();
    const copies = repeated ? copiesOf(width, height, this.#map.getZoom(), this.#map.getPitch()) : 0;
    return { width, height, x, y, flat, copies, globe };
  }

  /** A test for what may be on the screen, cheap and generous. */
  #nearby(): (x: number, y: number) => boolean {
    const { lng, lat } = this.#map.getCenter();
    const [x, y] = [mercatorX(lng), mercatorY(lat)];
    const { width, height } = this.#canvas;
    const across = Math.hypot(width, height) / worldPx(this.#map.getZoom());
    const reach = this.#map.getPitch() > 0 ? across * 2 : across * 0.6;
    return (px, py) => {
      const dx = px - x;
      return Math.abs(dx - Math.round(dx)) < reach && Math.abs(py - y) < reach;
    };
  }

  #size(): number {
    return halfSize(this.#map.getZoom(), this.#core.state.iconScale.peek());
  }

  #slotOf(id: string | null): number {
    return (id === null ? undefined : this.#core.sky.slotOf(id)) ?? -1;
  }

  #flags(slot: number): number {
    return flagsOf(this.#core.sky, slot, this.#core.sieve.passed[slot] === 1, this.#choice);
  }

  /** Slots that there are records for. */
  #drawn(): number {
    return Math.min(this.#core.sky.end, this.#records.room);
  }

  #relook(): void {
    for (let slot = 1; slot < this.#drawn(); slot++) this.#records.look(slot, this.#flags(slot));
    this.#repaint.soon();
  }

  #reshade(): void {
    const { sky, state } = this.#core;
    const colouring = state.colouring.peek();
    for (const slot of sky.slots()) if (slot < this.#drawn()) this.#records.shade(slot, shadeOf(sky, slot, colouring, this.#shade));
    this.#repaint.soon();
  }
}
