/** Which view there is: the map, or where the browser cannot draw it, the plain one and the reason for it. */
import type { Core } from '../app';
import { followLongPress } from './long_press';
import { MapView, loadFonts, openMap } from './map';
import type { View } from './view';
import { globeZoom } from './viewport';

const MOST_LOSSES = 3; // of the graphics, since the page was opened
const RESTORED_MS = 8000; // a browser that has not given them back by then will not

const REASONS = {
  none:
    'The map is drawn plainly: this browser offers no WebGL 2. For the globe, switch on hardware acceleration in its settings, ' +
    'or open the page in a current Firefox, Chrome, Edge or Safari.',
  asked: 'The map is drawn plainly, as "nowebgl" in the address asked. Load the page anew to see the globe.',
  lost:
    'The map is drawn plainly: the browser took the graphics away from it again and again. Close other tabs that draw a lot, ' +
    'or update the driver of the graphics card, then load the page anew.',
} as const;
export type Reason = keyof typeof REASONS;

export interface Opened {
  readonly view: View;
  /** Why the map is drawn plainly, for the person; empty where it is not. */
  readonly plainly: string;
}

/**
 * `chosen`: somebody said where to look. `refused`: why WebGL is not to be tried at all. `gaveUp` is called when the
 * browser keeps taking the graphics away: only a page that begins anew is rid of what it has left.
 */
export async function openView(
  container: HTMLElement, basemap: string, core: Core, chosen: boolean, refused: Reason | null, gaveUp: () => void,
): Promise<Opened> {
  const fonts = loadFonts(); // on their way while we ask for the graphics, which takes as long
  const reason = refused ?? (hasWebGL() ? null : 'none');
  if (reason === null) {
    try {
      await fonts;
      const view = await openMap(container, basemap, core, chosen);
      watch(view, gaveUp);
      followLongPress(view.map.getCanvasContainer(), (at) => (core.state.hovered.value = at && view.pick(at.x, at.y)));
      return { view, plainly: '' };
    } catch (error) {
      console.warn('The map could not be made.', error);
      container.replaceChildren();
    }
  }
  const { PlainView } = await import('./plain_view');
  const { camera } = core.state;
  const { clientWidth, clientHeight } = container;
  if (!chosen) camera.value = { ...camera.peek(), zoom: globeZoom(clientWidth, clientHeight, 0) };
  return { view: new PlainView(container, basemap, core), plainly: REASONS[reason ?? 'none'] };
}

/** Asked before the map is made: one that fails half way leaves a ruin. */
function hasWebGL(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext(); // browsers grant few of them
  return context !== null;
}

function watch({ map }: MapView, gaveUp: () => void): void {
  let losses = 0;
  let timer = 0;
  map.on('webglcontextlost', () => {
    clearTimeout(timer);
    timer = window.setTimeout(gaveUp, ++losses < MOST_LOSSES ? RESTORED_MS : 0);
  });
  map.on('webglcontextrestored', () => {
    if (losses < MOST_LOSSES) clearTimeout(timer);
  });
}
