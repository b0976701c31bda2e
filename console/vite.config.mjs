import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Builds to dist/console, from where the development server serves it at /console. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  build: {
    outDir: join(import.meta.dirname, '../dist/console'),
    emptyOutDir: true,
    // The page's policy allows files of this origin alone, and no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
