import type { App } from './app';
import type { Connection } from './stream/connection';

/** For tests in a browser: `window.aerotrack`. */
export interface Hook {
  /** Whether the first picture is shown. */
  readonly ready: boolean;
  readonly app: App;
  flightCount(): number;
  ids(): string[];
  pixelOf(id: string): { x: number; y: number } | null;
  select(id: string | null): void;
  selectedId(): string | null;
  /** How many of the server's digests the picture agreed with, and how many it did not. */
  readonly digests: number;
  readonly desyncs: number;
}
declare global {
  interface Window {
    aerotrack?: Hook;
  }
}

export function hookOf(app: App, connection: Pick<Connection, 'digests' | 'desyncs'>, ready: () => boolean): Hook {
  const { sky, state, view } = app;
  return {
    get ready() {
      return ready();
    },
    app,
    flightCount: () => sky.size,
    ids: () => sky.ids(),
    pixelOf(id) {
      const slot = sky.slotOf(id);
      const place = slot === undefined ? null : sky.placeAt(slot, app.now());
      return place ? view.pixelOf(place) : null;
    },
    select: (id) => state.choose(id),
    selectedId: () => state.chosen,
    get digests() {
      return connection.digests;
    },
    get desyncs() {
      return connection.desyncs;
    },
  };
}
