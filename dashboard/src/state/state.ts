/**
 * What the person has chosen, as signals: panels and map follow them, the address keeps them. What
 * is in the sky is not here, but in `Sky`; `pulse` says when it has changed.
 */
import { signal, type Signal } from '@preact/signals';
import type { Place } from '../sky/motion';

export type Units = 'aviation' | 'metric' | 'imperial';
export type Theme = 'dark' | 'light';
export type Projection = 'globe' | 'flat';
/** What the colour of an aircraft tells. */
export type Colouring = 'altitude' | 'speed' | 'climb' | 'source' | 'age';
export type Labels = 'none' | 'callsign' | 'full';
export type LayerName = 'night' | 'airports' | 'places' | 'trails' | 'rings' | 'coverage' | 'heat';
export type PanelName = 'table' | 'layers' | 'events' | 'help' | 'time';
/** What becomes of flights that the filter does not let through. */
export type Others = 'hide' | 'ghost';
/** The flights of the table: all the stream has, or those on the screen. */
export type Scope = 'all' | 'view';

export interface Camera {
  readonly lat: number;
  readonly lon: number;
  readonly zoom: number;
  readonly bearing: number;
  readonly pitch: number;
}

export interface Sorting {
  readonly by: string;
  readonly descending: boolean;
}

/** What to play, and how fast: `speed` 0 stands still. */
export interface Playing {
  /** A moment of the past, ms since 1970; null is the present. */
  readonly at: number | null;
  readonly speed: number;
}

/** A way that is measured on the map. */
export interface Measuring {
  readonly points: readonly Place[];
  /** A click adds a point, and selects nothing. */
  readonly open: boolean;
}

export const PRESENT: Playing = { at: null, speed: 1 };

/** How it stands with the stream, as `Connection` tells it. */
export interface Link {
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'resting';
  readonly reason: string;
  /** False while the past is played. */
  readonly live: boolean;
  readonly rate: number;
  /** A moment was asked for, and its picture is not here yet. */
  readonly seeking: boolean;
  /** When the next attempt to connect is made, on the steady clock. */
  readonly retryAt: number | null;
  /** How often the connection was lost. */
  readonly losses: number;
  readonly digests: number;
  readonly desyncs: number;
}

export class State {
  /** Ids of the selected flights; the last is the one the details speak of. */
  readonly selected = signal<readonly string[]>([]);
  readonly follow = signal(false);
  /** Only the selected flights are drawn. */
  readonly isolate = signal(false);
  /** The flight the pointer is at, in the table. */
  readonly hovered = signal<string | null>(null);
  /** The chips of the filter, each as it is written: `alt>30000`, `type:A388`. */
  readonly terms = signal<readonly string[]>([]);
  readonly others = signal<Others>('hide');

  /** The moment that was asked for; where the play has come to is the stream's clock. */
  readonly playing = signal(PRESENT);

  readonly camera = signal<Camera>({ lat: 40, lon: 8, zoom: 1, bearing: 0, pitch: 0 });
  readonly theme = signal<Theme>('dark');
  readonly projection = signal<Projection>('globe');
  readonly units = signal<Units>('aviation');
  readonly colouring = signal<Colouring>('altitude');
  /** Draw flights where they were heard last, without dead reckoning. */
  readonly raw = signal(false);
  readonly labels = signal<Labels>('callsign');
  readonly iconScale = signal(1);
  readonly layers = signal<ReadonlySet<LayerName>>(new Set<LayerName>(['night', 'airports', 'places']));
  /** The place that range rings, coverage and distances are about; null if nobody said. */
  readonly home = signal<Place | null>(null);
  /** Where the first receiver stands that the server knows the place of: home, where nobody has chosen one. */
  readonly receiver = signal<Place | null>(null);

  readonly open = signal<ReadonlySet<PanelName>>(new Set<PanelName>());
  readonly scope = signal<Scope>('view');
  readonly sorting = signal<Sorting>({ by: 'callsign', descending: false });
  readonly columns = signal<readonly string[]>(['callsign', 'type_code', 'altitude_ft', 'ground_speed_kt', 'route']);
  /** The map alone, for a frame in another page; `kiosk` is that on a wall. */
  readonly embed = signal(false);
  readonly kiosk = signal(false);

  /** The way that is measured; null if none is. */
  readonly measure = signal<Measuring | null>(null);
  /** A click adds to the selection, or takes away from it. */
  readonly multi = signal(false);
  /** A tone at a new emergency. */
  readonly sound = signal(false);
  /** Keys without Ctrl do something; who speaks to the computer switches that off. */
  readonly shortcuts = signal(true);
  /** What a key has just done, in a few words; empty again soon. */
  readonly told = signal('');

  readonly link = signal<Link>({
    state: 'connecting', reason: '', live: true, rate: 1, seeking: false, retryAt: null, losses: 0, digests: 0, desyncs: 0,
  });
  /** Grows when the sky has changed or a second has passed, at most four times a second: panels read the sky then. */
  readonly pulse = signal(0);

  /** The flight the details speak of. */
  get chosen(): string | null {
    return this.selected.value.at(-1) ?? null;
  }

  choose(id: string | null): void {
    this.selected.value = id === null ? [] : [id];
    if (id === null) this.follow.value = this.isolate.value = false;
  }

  /** Adds a flight to the selected ones, or takes it away. */
  toggle(id: string): void {
    const others = this.selected.value.filter((other) => other !== id);
    this.selected.value = others.length < this.selected.value.length ? others : [...others, id];
  }
}

/** Adds a member to a set of switches, or takes it away: all there are are sets of this kind. */
export function flip<T>(switches: Signal<ReadonlySet<T>>, name: T, on = !switches.value.has(name)): void {
  const next = new Set(switches.value);
  if (on) next.add(name);
  else next.delete(name);
  switches.value = next;
}
