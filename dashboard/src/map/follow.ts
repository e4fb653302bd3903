/** Keeps the camera with the chosen flight. Bearing, pitch and zoom stay free; who drags the map lets go of it. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Core } from '../app';
import type { MapPart } from './map';

const VISIBLE_PX = 0.5;
const LEAST_ZOOM = 7;

/** Marks the moves of the camera that nobody asked for one by one. */
export const FOLLOWING = { following: true };

export class Follow implements MapPart {
  readonly #map: MapLibre;
  readonly #core: Core;
  #there = false; // the first way to the flight is flown, the rest is kept up with
  #id: string | null = null;

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
      this.#map.easeTo({ center: [place.lon, place.lat], zoom, duration: 700 });
      this.#map.once('moveend', () => {
        this.#there = true;
      });
      return;
    }
    if (!this.#there || this.#map.isMoving()) return;
    const { x, y } = this.#map.project([place.lon, place.lat]);
    const { clientWidth, clientHeight } = this.#map.getContainer();
    if (Math.hypot(x - clientWidth / 2, y - clientHeight / 2) < VISIBLE_PX) return;
    this.#map.jumpTo({ center: [place.lon, place.lat] }, FOLLOWING);
  }
}
