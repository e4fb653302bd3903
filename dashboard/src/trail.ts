/** The line behind the selected flight: its way from the server, then what is heard live. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { altitudeAt } from './aircraft';
import type { Flight } from './messages';
import type { Place } from './motion';
import { extended, readTrack, trackLines, type TrackPoint } from './track';

const SOURCE = 'trail';
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Gets the answer of a path below the page; throws if there is none. */
export type Fetch = (path: string) => Promise<unknown>;

export class Trail {
  readonly #map: MapLibre;
  readonly #fetch: Fetch;
  #id: string | null = null;
  #points: readonly TrackPoint[] = [];

  constructor(map: MapLibre, fetch: Fetch, below: string) {
    this.#map = map;
    this.#fetch = fetch;
    map.addSource(SOURCE, { type: 'geojson', data: NOTHING, tolerance: 0.1 });
    map.addLayer(
      {
        id: 'trail-rim', type: 'line', source: SOURCE, layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': '#04080f', 'line-width': 5, 'line-opacity': ['case', ['get', 'gap'], 0.15, 0.5] },
      },
      below,
    );
    map.addLayer(
      {
        id: 'trail', type: 'line', source: SOURCE, layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': ['get', 'colour'], 'line-width': 2.6,
          'line-opacity': ['case', ['get', 'gap'], 0.25, 0.95],
        },
      },
      below,
    );
  }

  /** Without a history (no database yet, a flight just begun) the trail starts now: that is no error. */
  async follow(id: string | null): Promise<void> {
    this.#id = id;
    this.#points = [];
    this.#draw(this.#points);
    if (id === null) return;
    const past = await this.#fetch(`api/v1/flights/${encodeURIComponent(id)}/track`).then(readTrack).catch(() => []);
    if (this.#id !== id) return; // another was chosen meanwhile
    this.#points = this.#points.reduce(extended, past as readonly TrackPoint[]);
  }

  /** The flight as heard last and where it is drawn now: the trail reaches to the aircraft. */
  reach(flight: Flight, drawn: Place, streamNow: number): void {
    if (flight.lat === null || flight.lon === null || flight.time === null) return;
    const known = { altitude_ft: flight.altitude_ft, on_ground: flight.on_ground === true };
    this.#points = extended(this.#points, { at: flight.time, lat: flight.lat, lon: flight.lon, ...known });
    const end = { at: streamNow, ...drawn, ...known, altitude_ft: altitudeAt(flight, streamNow) };
    this.#draw(extended(this.#points, end));
  }

  #draw(points: readonly TrackPoint[]): void {
    void this.#map.getSource<GeoJSONSource>(SOURCE)?.setData(points.length > 1 ? trackLines(points) : NOTHING);
  }
}
