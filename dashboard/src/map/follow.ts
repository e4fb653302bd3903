/** Keeps the camera with the chosen flight. Bearing, pitch and zoom stay free; who drags the map lets go of it. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import { centreBeside, holds, offsetTo } from './clear_part';
import type { MapPart } from './map';

const VISIBLE_PX = 0.5;
const MEASURED_MS = 500; // to ask where the panels are costs a layout
const LEAST_ZOOM = 7;

/** Marks the moves of the camera that nobody asked for one by one. */
export const FOLLOWING = { following: true };

export class Follow implements MapPart {
  readonly #map: MapLibre;
  readonly #core: Core;
  #there = false; // the first way to the flight is flown, the rest is kept up with
  #id: string | null = null;
  #measured = -Infinity;
  #offset = { x: 0, y: 0 };

  constructor(map: MapLibre, core: Core) {
    this.#map = map;
    this.#core = core;
    const { state } = core;
    map.on('dragstart', () => {
      state.follow.value = false;
    });
    effect(() => {
      const on = state.follow.value;
      map.scrollZoom.enable(on ? { around: 'center' } : undefined); // else zooming drifts off the flight
      map.touchZoomRotate.enable(on ? { around: 'center' } : undefined);
      if (!on) this.#id = null;
    });
  }

  frame(): void {
    const { state, sky } = this.#core;
    if (!state.follow.peek()) return;
    const id = state.selected.peek().at(-1) ?? null;
    const slot = id === null ? undefined : sky.slotOf(id);
    const place = slot === undefined ? null : sky.placeAt(slot, this.#core.now());
    if (!place) return;
    if (id !== this.#id) {
      this.#id = id;
      this.#there = false;
      const zoom = Math.max(LEAST_ZOOM, this.#map.getZoom());
      const { lat, lon } = centreBeside(place, this.#beside(), zoom, this.#map.getBearing());
      this.#map.easeTo({ center: [lon, lat], zoom, duration: 700 });
      this.#map.once('moveend', () => {
        this.#there = true;
      });
      return;
    }
    if (!this.#there || this.#map.isMoving()) return;
    const { x, y } = this.#map.project([place.lon, place.lat]);
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const beside = this.#beside();
    if (Math.hypot(x - clientWidth / 2 - beside.x, y - clientHeight / 2 - beside.y) < VISIBLE_PX) return;
    this.#map.easeTo({ center: [place.lon, place.lat], offset: [beside.x, beside.y], animate: false }, FOLLOWING);
  }

  /** How far from the middle the flight is kept: only where panels cover the middle, around which zooming is steady. */
  #beside(): { x: number; y: number } {
    const wall = this.#core.wall();
    if (wall - this.#measured < MEASURED_MS) return this.#offset;
    this.#measured = wall;
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const clear = this.#core.clear();
    this.#offset = holds(clear, { x: width / 2, y: height / 2 }) ? { x: 0, y: 0 } : offsetTo(clear, width, height);
    return this.#offset;
  }
}
