/** What the map shows, as the box the stream is asked for, and the box that holds a whole sky. */

import { latitude, mercatorY } from '../sky/motion';
import type { Box } from '../stream/connection';

const MARGIN = 0.2; // of the view on each side, so that a small pan shows no empty edge
const TILE_PX = 512;
const SAFE_DISC = 0.9; // of the globe's radius on screen: beyond, a corner may show more sky than Earth
const CAMERA_HEIGHTS = 1.5; // MapLibre looks down from one and a half times the height of the map
const ONE_SKY_DEG = 70; // flights spread wider than this are a world, not a region

/** The box to watch, or null for the world. `bounds` may run beyond 180 degrees, as the map's do. */
export function watchedBox(bounds: Box, zoom: number, widthPx: number, heightPx: number): Box | null {
  const [west, south, east, north] = bounds;
  const middle = Math.max(-80, Math.min(80, (south + north) / 2));
  const radius = (TILE_PX * 2 ** zoom) / (2 * Math.PI * Math.cos((middle * Math.PI) / 180));
  const distance = CAMERA_HEIGHTS * heightPx;
  const disc = (radius * distance) / Math.sqrt(distance ** 2 + 2 * distance * radius);
  if (Math.hypot(widthPx, heightPx) / 2 > SAFE_DISC * disc) return null;
  const lon = (east - west) * MARGIN;
  const lat = (north - south) * MARGIN;
  if (!(east - west + 2 * lon < 360)) return null;
  return [
    wrapped(outward(west - lon, Math.floor)),
    Math.max(-90, outward(south - lat, Math.floor)),
    wrapped(outward(east + lon, Math.ceil)),
    Math.min(90, outward(north + lat, Math.ceil)),
  ];
}

/** The box to watch where the camera looks, before there is a map to ask; flat, and without its turning. */
export function boxOf({ lat, lon, zoom }: { lat: number; lon: number; zoom: number }, widthPx: number, heightPx: number): Box | null {
  const world = TILE_PX * 2 ** zoom;
  const half = (180 * widthPx) / world;
  const [north, south] = [-1, 1].map((side) => latitude(mercatorY(lat) + (side * heightPx) / (2 * world)));
  return watchedBox([lon - half, south!, lon + half, north!], zoom, widthPx, heightPx);
}

/** From each zoom on, the metres that are half a pixel where it is largest, at the equator. */
const HALF_PIXELS: readonly (readonly [zoom: number, metres: number])[] = [[9, 0], [6, 76], [3, 611]];
const HALF_PIXEL_OF_THE_WORLD_M = 4892;

/** How wrong a flight may be drawn at this zoom without anybody seeing it, in metres. */
export function unseenError(zoom: number): number {
  return HALF_PIXELS.find(([from]) => zoom >= from)?.[1] ?? HALF_PIXEL_OF_THE_WORLD_M;
}

/** The box around all places (NaN is left out), if they lie together; null when they are spread over the world or there are none. */
export function skyBox(places: Iterable<{ lat: number; lon: number }>): Box | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { lat, lon } of places) {
    if (Number.isNaN(lat) || Number.isNaN(lon)) continue;
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return east - west >= 0 && east - west <= ONE_SKY_DEG && north - south <= ONE_SKY_DEG
    ? [west, south, east, north]
    : null;
}

/**
 * The zoom at which the whole globe, seen from above `lat`, fills nine tenths of the smaller side.
 * A sphere's rim is farther away than its middle, so the disc on screen is smaller than the scale
 * of the middle says; `radius` undoes that.
 */
export function globeZoom(widthPx: number, heightPx: number, lat: number): number {
  const disc = 0.45 * Math.min(widthPx, heightPx);
  const distance = CAMERA_HEIGHTS * heightPx;
  const radius = (disc ** 2 + disc * Math.hypot(disc, distance)) / distance;
  return Math.log2((2 * Math.PI * radius * Math.cos((lat * Math.PI) / 180)) / TILE_PX);
}

function outward(degrees: number, round: (value: number) => number): number {
  return round(degrees * 100) / 100;
}

function wrapped(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : Number(((((lon + 180) % 360) + 360) % 360 - 180).toFixed(2));
}
