import { defineConfig } from 'vite';
import { budget } from './budget';
import { lean } from './lean';

declare const process: { env: Record<string, string | undefined> }; // node's own types are not worth a package

const server = process.env['AEROTRACK_SERVER'] ?? 'http://127.0.0.1:8080';

const proxy = { '/api': { target: server, ws: true }, '/basemap': server };

export default defineConfig({
  base: './', // relative addresses: the page also works behind a reverse proxy's prefix
  build: {
    outDir: '../src/aerotrack/web/page',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200, // MapLibre alone is 1 MB before compression
  },
  plugins: [lean(), budget()],
  server: { proxy },
  preview: { proxy },
});
