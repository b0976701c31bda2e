import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import fastifyStatic from '@fastify/static';
import { getDistDirectory, isSandboxFrame, renderAltair, SANDBOX_FRAME_CSP } from 'altair-static';
import { randomBytes } from 'node:crypto';
import type { GatewayParts } from '../gateway.js';
import { addConsole, builtConsole } from './console-page.js';
import { prefill } from './prefill.js';

/**
 * The console at /console, built into `consoleFolder`; Apollo Sandbox at /graphql, which loads from the internet, and Altair at /explorer,
 * which loads from here, both with the same prefill. All of them carry `token`.
 */
export function createPages(token: string, consoleFolder = builtConsole): NonNullable<GatewayParts['pages']> {
  const headers = { authorization: `Bearer ${token}` };
  return {
    landingPage: ApolloServerPluginLandingPageLocalDefault({
      document: prefill.query,
      variables: prefill.variables,
      headers,
      includeCookies: false,
      footer: false,
      embed: {
        runTelemetry: false,
        endpointIsEditable: false,
        initialState: { pollForSchemaUpdates: false, sharedHeaders: headers },
      },
    }),
    addRoutes: async (app) => {
      app.get('/', (_request, reply) => reply.redirect('/console'));
      await addConsole(app, consoleFolder, token);
      app.get('/explorer', (request, reply) => {
        const nonce = randomBytes(16).toString('base64');
        return reply
          .type('text/html; charset=utf-8')
          .header('content-security-policy', explorerPolicy(nonce))
          .send(renderExplorer(`http://${request.host}/graphql`, headers, nonce));
      });
      await app.register(async (assets) => {
        assets.addHook('onRequest', (request, reply, done) => {
          void reply.headers(isSandboxFrame(request.url) ? sandboxHeaders : assetHeaders);
          done();
        });
        await assets.register(fastifyStatic, {
          root: getDistDirectory(),
          prefix: '/explorer/',
          index: false,
          decorateReply: false,
          cacheControl: false,
        });
      });
    },
  };
}

const assetHeaders = { 'cache-control': 'public, max-age=3600', 'content-security-policy': "default-src 'self'" };

/** Where Altair runs scripts: a frame of this page, with an origin of nobody. */
const sandboxHeaders = {
  ...assetHeaders,
  'content-security-policy': SANDBOX_FRAME_CSP,
  'x-frame-options': 'SAMEORIGIN',
  // What is in the frame is no longer of this origin.
  'access-control-allow-origin': '*',
};

/** Nothing but this page's own parts, and no request leaves for another host. */
function explorerPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    // Altair sets styles on elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function renderExplorer(endpointURL: string, initialHeaders: Record<string, string>, cspNonce: string): string {
  return renderAltair({
    baseURL: '/explorer/',
    endpointURL,
    subscriptionsEndpoint: endpointURL.replace('http', 'ws'),
    initialSubscriptionRequestHandlerId: 'graphql-ws',
    initialSubscriptionsPayload: initialHeaders,
    cspNonce,
    disableAccount: true,
    // What a browser kept from an earlier start may hold a token of a key that is gone.
    preserveState: false,
    initialSettings: {
      'banners.disable': true,
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
      'schema.reloadOnStart': true,
    },
    initialName: 'Place a call, follow it',
    initialQuery: prefill.query,
    initialVariables: JSON.stringify(prefill.variables, null, 2),
    initialHeaders,
  });
}
