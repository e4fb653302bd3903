/** A flight under the names of the schema, `src/aerotrack/core/columns.py`. Null is "not known", never 0. Times are ms since 1970. */

/** What seldom changes. */
export interface Facts {
  readonly id: string;
  readonly icao24: string;
  readonly callsign: string | null;
  readonly registration: string | null;
  readonly type_code: string | null;
  readonly category: string | null;
  readonly operator: string | null;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly on_ground: boolean | null;
  readonly squawk: string | null;
  readonly emergency: string | null;
  readonly nic: number | null;
  readonly nac_p: number | null;
  readonly position_source: string | null;
  readonly feed: string | null;
  readonly coasting: boolean | null;
  readonly started_at: number;
}

/** What changes with nearly every report. */
export interface Motion {
  lat: number | null;
  lon: number | null;
  altitude_ft: number | null;
  geo_altitude_ft: number | null;
  ground_speed_kt: number | null;
  track_deg: number | null;
  vertical_rate_fpm: number | null;
  phase: string | null;
  time: number | null;
  last_heard: number | null;
}

/** One flight as a panel shows it. */
export type Flight = Facts & Motion;

/** Every name of a flight's values. */
export type Name = keyof Flight;
