/**
 * The control of benchmarks/dashboard.py: the same flights, drawn by deck.gl's IconLayer over MapLibre, in every frame
 * where they are by then. All attributes are binary. Two ways: `interleaved` into the map's own frame, as our layer is,
 * with places, angles and colours new each time, which is what our shader works out; and at its lightest, on a canvas
 * of its own over a map that stands still, with nothing new but the places.
 */
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import { IconLayer } from '@deck.gl/layers';

const ICON_PX = 64;
const WARM = 10; // frames that are not counted
const LONGEST_MS = 60_000;

let frameMs = 0; // of all that runs in animation frames
const nextFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) =>
  nextFrame((time) => {
    const begun = performance.now();
    callback(time);
    frameMs += performance.now() - begun;
  });

/**
 * Draws `frames` frames of flights: `x`, `y` and velocities `vx`, `vy` in Web Mercator, worlds and worlds per ms, and
 * `track` in degrees. Returns the main thread's ms of each frame: deck.gl's, with the map's where it is interleaved;
 * those for where the flights are and how they look; and those of the map alone, which has but a background.
 */
async function run({ x, y, vx, vy, track, center, zoom, frames, interleaved }) {
  setWorkerUrl(workerUrl);
  const map = new MapLibre({
    container: 'map', center, zoom, attributionControl: false, fadeDuration: 0,
    style: { version: 8, sources: {}, layers: [{ id: 'sea', type: 'background', paint: { 'background-color': '#0a111c' } }] },
  });
  await map.once('load');
  const alone = interleaved ? await aloneOf(map, frames) : [];

  const count = x.length;
  const places = new Float32Array(3 * count);
  const angles = Float32Array.from(track, (degrees) => -(degrees ?? 0));
  const colours = new Uint8Array(4 * count).map((_, i) => [90, 200, 250, 255][i % 4]);
  const words = new Uint32Array(colours.buffer);
  const ramp = Uint32Array.from({ length: 256 }, (_, i) => 0xff000000 | (i << 16) | (200 << 8) | (255 - i));
  const began = performance.now();
  const reckon = () => {
    const since = performance.now() - began;
    for (let i = 0; i < count; i++) {
      places[3 * i] = (x[i] + vx[i] * since - 0.5) * 360;
      places[3 * i + 1] = (Math.atan(Math.sinh(Math.PI * (1 - 2 * (y[i] + vy[i] * since)))) * 180) / Math.PI;
    }
    if (!interleaved) return;
    const left = Math.exp(-since / 400); // of a correction that fades
    for (let i = 0; i < count; i++) {
      angles[i] = -((track[i] ?? 0) + left);
      words[i] = ramp[(i + since / 100) & 255]; // as one that climbs
    }
  };
  const iconAtlas = atlas();
  const iconMapping = { plane: { x: 0, y: 0, width: ICON_PX, height: ICON_PX, mask: true } };
  const getIcon = () => 'plane';
  const same = () => true;
  const layerOf = (frame) =>
    new IconLayer({
      id: 'flights', iconAtlas, iconMapping, getIcon, getSize: 14, dataComparator: same,
      data: { length: count, attributes: { getPosition: { value: places, size: 3 }, getAngle: { value: angles, size: 1 }, getColor: { value: colours, size: 4 } } },
      updateTriggers: interleaved ? { getPosition: frame, getAngle: frame, getColor: frame } : { getPosition: frame },
    });

  let drawn = 0;
  const overlay = new MapLibreOverlay({ interleaved, layers: [], onAfterRender: () => drawn++ });
  map.addControl(overlay);

  const engine = [];
  const reckoning = [];
  let frame = 0;
  let handing = 0;
  let before = { frameMs: 0, drawn: 0 };
  await new Promise((done) => {
    const step = () => {
      if (drawn > before.drawn && frame > WARM) engine.push(frameMs - before.frameMs + handing); // of the frame before
      before = { frameMs, drawn };
      if (engine.length >= frames || performance.now() - began > LONGEST_MS) return done();
      const begun = performance.now();
      reckon();
      const reckoned = performance.now();
      overlay.setProps({ layers: [layerOf(frame++)] });
      handing = performance.now() - reckoned;
      if (frame > WARM) reckoning.push(reckoned - begun);
      nextFrame(step); // not counted: it is counted by hand
    };
    nextFrame(step);
  });
  map.remove();
  return { engine, reckoning, alone, drawn };
}

/** The main thread's ms of each frame of a map without anything on it. */
async function aloneOf(map, frames) {
  const costs = [];
  for (let i = 0; i < frames; i++) {
    const before = frameMs;
    await new Promise((drawn) => {
      map.once('render', () => nextFrame(drawn)); // by then the frame is counted
      map.triggerRepaint();
    });
    if (i >= WARM) costs.push(frameMs - before);
  }
  return costs;
}

/** One silhouette; what it shows costs the main thread nothing. */
function atlas() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = ICON_PX;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.beginPath();
  for (const [px, py] of [[32, 2], [38, 24], [62, 40], [38, 38], [36, 54], [44, 60], [32, 58], [20, 60], [28, 54], [26, 38], [2, 40], [26, 24]]) pen.lineTo(px, py);
  pen.fill();
  return canvas.toDataURL(); // an address: an image of another kind would be told to be new each time
}

window.run = run;
