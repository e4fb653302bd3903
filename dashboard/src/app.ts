/** What `main` puts together and every panel is given. */
import type { AirportBook } from './find/airports';
import type { Sieve } from './find/sieve';
import type { Area } from './map/clear_part';
import type { View } from './map/view';
import type { OwnKey } from './own_key';
import type { Server } from './server';
import type { Alarms } from './sky/alarms';
import type { Feeds } from './sky/feeds';
import type { Sky } from './sky/sky';
import type { Tracks } from './sky/tracks';
import type { State } from './state/state';
import type { Lateness } from './stream/latency';
import type { FlightEvent } from './stream/messages';
import type { Signal } from '@preact/signals';

/** What there is before the map is. */
export interface Core {
  readonly sky: Sky;
  readonly state: State;
  readonly sieve: Sieve;
  readonly server: Server;
  readonly key: OwnKey;
  /** Knock again, with the key that is there now. */
  enter(): void;
  readonly airports: AirportBook;
  /** The ways the selected flights have come. */
  readonly tracks: Tracks;
  /** Events of the stream, latest first, a few hundred at most. */
  readonly events: Signal<readonly FlightEvent[]>;
  /** The emergencies there are, in the view or elsewhere. */
  readonly alarms: Alarms;
  readonly feeds: Feeds;
  /** How late positions are when they are drawn; null while nothing comes, and in the past. */
  readonly latency: Signal<Lateness | null>;
  /** When changes were last applied, on the steady clock. */
  readonly appliedAt: Signal<number | null>;
  /** The address of what is shown, to be shared. */
  address(): string;
  /** The part of the window that no panel covers. */
  clear(): Area;
  /** The stream's time, ms since 1970; 0 before the first message. */
  now(): number;
  /** A steady clock, ms. */
  wall(): number;
}

export interface App extends Core {
  /** The map. Without WebGL there is none, and a plainer view stands in. */
  readonly view: View;
  /** Why the map is drawn plainly, for the person; empty where it is not. */
  readonly plainly: string;
}
