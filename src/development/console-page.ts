import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { magicNumbers } from '../simulator/magic-numbers.js';

/** Where `npm run console` builds to, from the sources and from `dist` alike. */
export const builtConsole = join(import.meta.dirname, '../../dist/console');

/** Serves the console built into `folder` at /console, with `token` to begin with; where nothing is built, how to build it. */
export async function addConsole(app: FastifyInstance, folder: string, token: string): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'));
  app.get('/console', async (_request, reply) => {
    if (!isBuilt) {
      return reply.code(404).type('text/plain').send('The console is not built. Build it with: npm run console\n');
    }
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicy)
      .send(withConfig(page, { token, destinations: magicNumbers.map(({ number, what }) => ({ number, what })) }));
  });
  if (!isBuilt) return;
  await app.register(async (assets) => {
    assets.addHook('onRequest', (_request, reply, done) => {
      // Their names change with their content.
      void reply.headers({ 'cache-control': 'public, max-age=31536000, immutable' });
      done();
    });
    await assets.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/console/assets/',
      index: false,
      decorateReply: false,
      cacheControl: false,
    });
  });
}

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
