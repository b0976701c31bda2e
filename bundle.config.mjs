import sbom from 'rollup-plugin-sbom';
import { defineConfig } from 'vite';
import { copyAssetsFlat } from './assets.mjs';

let compiled;

/** Bundles the compiled gateway with what it uses of its dependencies, for the image: `npm run bundle`. */
export default defineConfig({
  plugins: [
    {
      name: 'assets',
      configResolved: ({ root }) => {
        compiled = root;
      },
      writeBundle: ({ dir }) => copyAssetsFlat(compiled, dir),
    },
    // For who looks for known vulnerabilities. `npm sbom --omit=dev` leaves out what a tool of development needs, too, such as graphql. Scanners read 1.6 of CycloneDX.
    sbom({
      ...{ outDir: '', outFilename: 'sbom.cdx', outFormats: ['json'], specVersion: '1.6' },
      ...{ includeWellKnown: false, saveTimestamp: false },
    }),
  ],
  resolve: {
    // ES modules where a package has them, of which a bundle takes only what is used: of the client for Amazon Connect a sixth.
    mainFields: ['module', 'main'],
    // It asks for `module.require`, which a bundle does not have, and would hash each document in JavaScript.
    alias: { '@apollo/utils.createhash': 'node:crypto' },
  },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node22',
    // Stack traces stay readable.
    minify: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['main.js', 'migrate.js', 'check-policy.js'],
      // The list of what is in it looks for Rollup as a tool, and warns where there is none.
      onwarn: (warning, warn) => {
        if (!/registration of tool "rollup"/.test(warning.message)) warn(warning);
      },
      // Beside the scripts and migrations, which are found by where the code is.
      // Operations of Connect go by the names of their classes.
      output: { chunkFileNames: '[name]-[hash].js', keepNames: true },
    },
  },
});
