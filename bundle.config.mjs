import { defineConfig } from 'vite';

/** Bundles the compiled gateway with what it uses of its dependencies, for the image: `npm run bundle`. */
export default defineConfig({
  resolve: {
    // ES modules where a package has them, of which a bundle takes only what is used: of the client for Amazon Connect a sixth.
    mainFields: ['module', 'main'],
  },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node22',
    // Stack traces stay readable.
    minify: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['main.js', 'migrate.js'],
      // Beside the scripts and migrations, which are found by where the code is.
      // Operations of Connect go by the names of their classes.
      output: { chunkFileNames: '[name]-[hash].js', keepNames: true },
    },
  },
});
