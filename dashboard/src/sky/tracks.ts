/** The tracks of the selected flights: asked for once, then continued by what the sky is told. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Sky } from './sky';
import { readTrack, type TrackPoint } from './track';

/** The track of one flight. */
export interface Track {
  readonly id: string;
  /** In order of time; it grows at its end. When it is another altogether, `edition` is another. */
  readonly points: readonly TrackPoint[];
  readonly edition: number;
  /** The server has not answered yet. */
  readonly asked: boolean;
}

interface Growing extends Track {
  points: TrackPoint[];
  edition: number;
  asked: boolean;
}

export class Tracks {
  /** The moment somebody points at in a profile, ms since 1970; null if nobody does. */
  readonly moment = signal<number | null>(null);

  readonly #sky: Sky;
  readonly #ask: (path: string) => Promise<unknown>;
  readonly #tracks = new Map<string, Growing>();
  #editions = 0;

  /** `ask` gets the answer of a path of the server. */
  constructor(sky: Sky, ask: (path: string) => Promise<unknown>, selected: ReadonlySignal<readonly string[]>) {
    this.#sky = sky;
    this.#ask = ask;
    effect(() => this.#follow(selected.value));
  }

  of(id: string): Track | null {
    return this.#tracks.get(id) ?? null;
  }

  all(): Iterable<Track> {
    return this.#tracks.values();
  }

  /** A tick is complete. `started`: on another time line what was heard on the old one is asked for, not joined on. */
  take(started: boolean): void {
    for (const track of this.#tracks.values()) {
      if (started && !track.asked) this.#fetch(track);
      else this.#continue(track);
    }
  }

  #follow(ids: readonly string[]): void {
    this.moment.value = null;
    for (const id of this.#tracks.keys()) if (!ids.includes(id)) this.#tracks.delete(id);
    for (const id of ids) {
      if (this.#tracks.has(id)) continue;
      const track: Growing = { id, points: [], edition: ++this.#editions, asked: true };
      this.#tracks.set(id, track);
      this.#fetch(track);
      this.#continue(track);
    }
  }

  /** Without a history (no database, a flight just begun) the track starts with what is heard: that is no error. */
  #fetch(track: Growing): void {
    track.asked = true;
    const before = track.points.length;
    void this.#ask(`api/v1/flights/${encodeURIComponent(track.id)}/track`).then(readTrack).catch(() => [])
      .then((stored) => {
        if (this.#tracks.get(track.id) !== track) return;
        const end = stored.at(-1)?.at ?? -Infinity;
        const later = track.points.slice(before).filter(({ at }) => at > end);
        track.points = [...stored, ...later];
        track.edition = ++this.#editions;
        track.asked = false;
      });
  }

  #continue(track: Growing): void {
    const slot = this.#sky.slotOf(track.id);
    if (slot === undefined) return;
    const at = this.#sky.time[slot]!;
    const [lat, lon] = [this.#sky.lat[slot]!, this.#sky.lon[slot]!];
    const last = track.points.at(-1);
    if (Number.isNaN(at) || Number.isNaN(lat) || (last && last.at >= at)) return;
    track.points.push({
      at, lat, lon, altitude_ft: known(this.#sky.altitude_ft[slot]!),
      ground_speed_kt: known(this.#sky.ground_speed_kt[slot]!), on_ground: this.#sky.facts[slot]?.on_ground === true,
    });
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
