// How the dashboard is built: into dist/dashboard, from where the server serves it. Run by scripts/build-dashboard.mjs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const OUTPUT = resolve(import.meta.dirname, '../dist/dashboard');

/** Writes a packed copy beside each file, so that the server need not pack it again for every browser. */
function packedCopies(): Plugin {
  return {
    name: 'packed-copies',
    closeBundle() {
      const folder = join(OUTPUT, 'assets');
      for (const name of readdirSync(folder).filter((one) => /\.(js|css|svg)$/.test(one))) {
        const packed = gzipSync(readFileSync(join(folder, name)), { level: constants.Z_BEST_COMPRESSION });
        writeFileSync(join(folder, `${name}.gz`), packed);
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  plugins: [react(), packedCopies()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    // An image in the page itself would need a policy of its own.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    // Whose code is in the pages, for the released package: see scripts/release/license-list.ts.
    license: { fileName: '.vite/licenses.json' },
  },
});
