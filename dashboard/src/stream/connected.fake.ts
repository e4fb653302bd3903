/** A connection on a stage, and what it has told of. */
import { Sky, type Change } from '../sky/sky';
import { StreamClock } from './clock';
import { Connection } from './connection';
import type { FlightEvent } from './messages';
import { A } from './packed.fake';
import { Stage } from './stage.fake';
import { PHASES } from './wire';

export const HELLO = { type: 'hello', epoch: 'e1', tick: 4, precisions_m: [0, 76, 611] };
export const ASKED = { type: 'subscribe', bbox: [5, 45, 16, 55], flights: null, precision_m: 0 };

export interface Connected {
  readonly stage: Stage;
  readonly sky: Sky;
  readonly clock: StreamClock;
  readonly connection: Connection;
  readonly applied: { change: Change; started: boolean }[];
  readonly happened: FlightEvent[];
}

/** Connect, and watch a box. */
export function connected(): Connected {
  const [stage, sky, clock] = [new Stage(), new Sky(PHASES), new StreamClock()];
  const applied: Connected['applied'] = [];
  const happened: FlightEvent[] = [];
  const connection = new Connection(stage, sky, clock, {
    applied: (change, started) => applied.push({ change, started }),
    happened: (event) => happened.push(event),
    changed: () => undefined,
  });
  connection.watch({ box: [5, 45, 16, 55] });
  connection.connect();
  return { stage, sky, clock, connection, applied, happened };
}

/** Have the server greet, and tell of one flight. */
export function goLive(stage: Stage): void {
  stage.say(HELLO);
  stage.tell({ since: 0, tick: 5, updated: [A] });
}
