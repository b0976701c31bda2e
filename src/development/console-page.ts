import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { magicNumbers } from '../simulator/magic-numbers.js';

/** Where `npm run console` builds to, from the sources and from `dist` alike. */
export const builtConsole = join(import.meta.dirname, '../../dist/console');

/** Serves the console as it is built into `folder` now at /console, with `token` to begin with; where nothing is built, how to build it. */
export async function addConsole(app: FastifyInstance, folder: string, token: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/console', (_request, reply) =>
      reply.code(404).type('text/plain').send('The console is not built. Build it with: npm run console\n'),
    );
    return;
  }
  // Kept in memory, for any other build clears the folder: `npm run token` in another shell would take the page away.
  const destinations = magicNumbers.map(({ number, what }) => ({ number, what }));
  const page = withConfig(await readFile(join(folder, 'index.html'), 'utf8'), { token, destinations });
  app.get('/console', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(page),
  );
  for (const name of await readdir(join(folder, 'assets'))) {
    const content = await readFile(join(folder, 'assets', name));
    app.get(`/console/assets/${name}`, (_request, reply) =>
      reply
        .type(assetTypes[extname(name)] ?? 'application/octet-stream')
        // Its name changes with its content.
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(content),
    );
  }
}

const assetTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Data, which a browser does not run; the policy needs no exception for it. */
function withConfig(page: string, config: object): string {
  // Nothing in it can end the element.
  const json = JSON.stringify(config).replaceAll('<', '\\u003c');
  return page.replace('</head>', () => `<script type="application/json" id="console-config">${json}</script></head>`);
}

/** The page's own files, and requests to the server that it came from. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
