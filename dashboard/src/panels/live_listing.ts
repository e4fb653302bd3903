/** The table's list kept fresh: at once when what is asked for changes, else once a second while nobody scrolls. */
import { effect, signal, untracked } from '@preact/signals';
import type { App } from '../app';
import { horizonDeg } from '../map/horizon';
import { Listing, type Frame } from '../sky/listing';
import { sortedBy, type Reading } from './columns';

const FRESH_MS = 1000;
const QUIET_MS = 250; // after the last scroll

export class LiveListing {
  readonly listing = new Listing();
  /** Grows with each list: texts are read anew then. */
  readonly listed = signal(0);
  readonly #app: App;
  #listedAt = -Infinity;
  #scrolledAt = -Infinity;

  constructor(app: App) {
    this.#app = app;
  }

  /** What cells are read with. */
  get reading(): Reading {
    const { state } = this.#app;
    return { now: this.#app.now(), home: state.home.value, units: state.units.value };
  }

  scrolled(): void {
    this.#scrolledAt = this.#app.wall();
  }

  /** Follows the state and the sky, until the answer is called. */
  follow(): () => void {
    const { state, sieve } = this.#app;
    const stops = [
      effect(() => {
        void state.sorting.value;
        void sieve.sifted.value;
        void state.home.value;
        if (state.scope.value === 'view') void [state.camera.value, state.projection.value];
        untracked(() => this.#list());
      }),
      effect(() => {
        void state.pulse.value;
        const wall = this.#app.wall();
        if (wall - this.#listedAt >= FRESH_MS && wall - this.#scrolledAt >= QUIET_MS) untracked(() => this.#list());
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #frame(): Frame {
    const { state, view } = this.#app;
    const { lat, lon, zoom, pitch } = state.camera.value;
    const globe = state.projection.value === 'globe';
    return { box: view.bounds(), cap: globe ? { lat, lon, reachDeg: horizonDeg(zoom, lat, innerHeight) + pitch } : null };
  }

  #list(): void {
    const { sky, state, sieve } = this.#app;
    this.#listedAt = this.#app.wall();
    const frame = state.scope.value === 'view' ? this.#frame() : null;
    const { descending } = state.sorting.value;
    this.listing.list(sky, sieve.passed, frame, { key: sortedBy(state.sorting.value).key, descending }, this.reading);
    this.listed.value++;
  }
}
