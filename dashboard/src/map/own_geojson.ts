/**
 * GeoJSON from a file of the person's: checked shape by shape, since anything may be in it. Of the properties only a
 * name is kept. What is wrong with a file is told in one sentence.
 */
import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';

/** The file cannot be shown; the message says why, and what to do. */
export class NotShown extends Error {
  override name = 'NotShown';
}

const NAMES = ['name', 'Name', 'NAME', 'title', 'label', 'callsign', 'ident', 'icao', 'id'];
const LONGEST_NAME = 80;
const MOST_SHAPES = 200_000;
/** How deep the coordinates of a geometry are nested. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3,
};

/** The shapes that can be drawn. Throws NotShown if there is none. */
export function readGeoJson(text: string): FeatureCollection {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new NotShown('It is neither GeoJSON nor PMTiles.');
  }
  const features: Feature[] = [];
  for (const one of shapesIn(data)) {
    if (features.length >= MOST_SHAPES) throw new NotShown('It holds more than 200,000 shapes: make a PMTiles file of it, for example with tippecanoe.');
    features.push(one);
  }
  if (features.length === 0) throw new NotShown('It holds no GeoJSON shapes with longitudes and latitudes in degrees.');
  return { type: 'FeatureCollection', features };
}

/** West, south, east, north of all shapes. */
export function boundsOf({ features }: FeatureCollection): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const stretch = (place: unknown): void => {
    const [lon, lat] = place as Position;
    if (typeof lon !== 'number') return (place as unknown[]).forEach(stretch);
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat!);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat!);
  };
  for (const { geometry } of features) stretch((geometry as { coordinates: unknown }).coordinates);
  return bounds;
}

function* shapesIn(data: unknown): IterableIterator<Feature> {
  if (!isObject(data)) return;
  if (data['type'] === 'FeatureCollection') {
    for (const feature of listed(data['features'])) if (isObject(feature) && feature['type'] === 'Feature') yield* shapesIn(feature);
  } else if (data['type'] === 'Feature') {
    const name = nameIn(data['properties']);
    for (const geometry of geometriesIn(data['geometry'], 0)) yield { type: 'Feature', properties: name === null ? {} : { name }, geometry };
  } else for (const geometry of geometriesIn(data, 0)) yield { type: 'Feature', properties: {}, geometry };
}

function* geometriesIn(data: unknown, nested: number): IterableIterator<Geometry> {
  if (!isObject(data) || nested > 8) return;
  const type = data['type'];
  if (type === 'GeometryCollection') {
    for (const geometry of listed(data['geometries'])) yield* geometriesIn(geometry, nested + 1);
    return;
  }
  const depth = typeof type === 'string' && Object.hasOwn(DEPTHS, type) ? DEPTHS[type]! : null;
  if (depth !== null && arePlaces(data['coordinates'], depth)) yield { type, coordinates: data['coordinates'] } as Geometry;
}

function arePlaces(coordinates: unknown, depth: number): boolean {
  if (!Array.isArray(coordinates)) return false;
  if (depth > 0) return coordinates.length > 0 && coordinates.every((inner) => arePlaces(inner, depth - 1));
  const [lon, lat] = coordinates as unknown[];
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 540 && Math.abs(lat) <= 90;
}

function nameIn(properties: unknown): string | null {
  if (!isObject(properties)) return null;
  for (const key of NAMES) {
    const value = properties[key];
    if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number') return String(value).trim().slice(0, LONGEST_NAME);
  }
  return null;
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function listed(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}
