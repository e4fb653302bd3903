/**
 * What the page may weigh: all scripts and styles, the map's worker included, as they go over the wire. The basemap and
 * the fonts are not counted. So nobody makes the page slow to open by accident.
 */
import type { Plugin } from 'vite';

/** Gzipped, kB of 1000 bytes. The goal is 550, of which MapLibre and its worker are 437: what goes beyond it has to shrink. */
const MOST_KB = 570;
const HEAVIEST = 5;

/** A file and its gzipped size in bytes. */
export interface Weight {
  readonly name: string;
  readonly bytes: number;
}

/** Is this a file that counts? */
export function counts(name: string): boolean {
  return /\.(m?js|css)$/.test(name);
}

/** What is said of a build, and whether it is within the budget. */
export function verdict(weights: readonly Weight[], mostKb = MOST_KB): { within: boolean; said: string } {
  const sum = weights.reduce((bytes, one) => bytes + one.bytes, 0);
  const heaviest = [...weights].sort((a, b) => b.bytes - a.bytes).slice(0, HEAVIEST);
  const listed = heaviest.map(({ name, bytes }) => `${name} ${kb(bytes)}`).join(', ');
  const within = sum <= mostKb * 1000;
  const said = `Scripts and styles weigh ${kb(sum)} kB gzipped, of ${mostKb} kB they may`;
  return { within, said: `${said}${within ? '' : ': take something out, or say in budget.ts why more is right'} (${listed}).` };
}

/** Compresses what a build makes, once and for all, says what it weighs, and fails when that is too much. */
export function budget(): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    generateBundle: {
      order: 'post', // the worker and the styles are there then
      async handler(_, bundle) {
        const files = Object.values(bundle).filter(({ fileName }) => counts(fileName));
        const weights = await Promise.all(
          files.map(async (file) => {
            const source = await gzipped(file.type === 'chunk' ? file.code : file.source);
            this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source }); // the server hands out these
            return { name: file.fileName, bytes: source.byteLength };
          }),
        );
        const { within, said } = verdict(weights);
        if (within) this.info(said);
        else this.error(said);
      },
    },
  };
}

async function gzipped(content: string | Uint8Array): Promise<Uint8Array> {
  const compressed = new Blob([content as BlobPart]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
