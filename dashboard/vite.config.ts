import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8080';

export default defineConfig({
  base: './', // relative addresses: the page also works behind a reverse proxy's prefix
  build: {
    outDir: '../src/aerotrack/web/page',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200, // MapLibre alone is 1 MB before compression
  },
  server: {
    proxy: { '/api': { target: server, ws: true }, '/basemap': server },
  },
});
