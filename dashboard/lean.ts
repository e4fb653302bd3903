/**
 * What the page's libraries bring along and the page never uses, left out of the build: styles of MapLibre's controls we
 * do not have, and the unpacking of pmtiles for browsers so old that they could not draw the map either.
 */
import type { Plugin } from 'vite';

const MAPLIBRE_STYLES = /maplibre-gl\.css$/;
const UNUSED = /maplibregl-(ctrl-(fullscreen|shrink|globe|terrain|geolocate|logo)|popup|marker|user-location|cooperative|pseudo-fullscreen|spin)/;
const UNPACKER = 'fflate'; // pmtiles turns to it only where there is no DecompressionStream

/** A style sheet without the rules whose every selector is of something unused. Nested blocks that are empty then go, too. */
export function withoutUnused(css: string, unused = UNUSED): string {
  let kept = '';
  let at = 0;
  while (at < css.length) {
    const open = css.indexOf('{', at);
    if (open < 0) return kept + css.slice(at);
    const close = closing(css, open);
    const head = css.slice(at, open);
    const body = css.slice(open + 1, close);
    at = close + 1;
    if (/^\s*@(media|supports|layer)/.test(head)) {
      const inner = withoutUnused(body, unused);
      if (inner.trim() !== '') kept += `${head}{${inner}}`;
      continue;
    }
    const selectors = head.split(',').filter((selector) => !unused.test(selector));
    if (selectors.length > 0) kept += `${selectors.join(',')}{${body}}`;
  }
  return kept;
}

function closing(css: string, open: number): number {
  let depth = 0;
  for (let at = open; at < css.length; at++) {
    if (css[at] === '{') depth++;
    else if (css[at] === '}' && --depth === 0) return at;
  }
  return css.length;
}

export function lean(): Plugin {
  return {
    name: 'lean',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: MAPLIBRE_STYLES },
      handler: (css) => ({ code: withoutUnused(css), map: null }),
    },
    resolveId: (id) => (id === UNPACKER ? `\0${UNPACKER}` : undefined),
    load: (id) =>
      id === `\0${UNPACKER}`
        ? "export function decompressSync() { throw new Error('This browser cannot unpack the map: it has no DecompressionStream.'); }"
        : undefined,
  };
}
