import { join } from 'node:path';
import type { Config } from '../config.js';
import { startGateway } from '../gateway.js';
import type { Log } from '../log.js';
import { startSimulator } from '../simulator/server.js';
import { callers } from './callers.js';
import type { DevelopmentConfig } from './development-config.js';
import { startKeySet } from './key-set.js';
import { createPages } from './pages.js';
import { keepPrivately, loadSigningKey } from './signing-key.js';
import { issueToken } from './tokens.js';

/** AWS grants none until the quota is raised; with none, campaign calls could not be tried at all. */
const concurrentCampaignCalls = 5;

export interface Development {
  /** Where GraphQL is served. */
  readonly url: string;
  readonly simulatorUrl: string;
  /** By the names of `callers`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Left out, every document runs. */
  readonly trustedDocuments?: Config['trustedDocuments'];
  stop(): Promise<void>;
}

/** A gateway like any other, on an embedded Connect, with a key of its own and pages for a browser. Rejects where the port is taken. */
export async function startDevelopment(
  { folder, gatewayConfig }: DevelopmentConfig,
  { log, nowMs }: { readonly log?: Log; readonly nowMs: number },
): Promise<Development> {
  const key = await loadSigningKey(folder);
  const tokens: Record<string, string> = {};
  for (const [name, claims] of Object.entries(callers)) {
    tokens[name] = await issueToken(key, claims, nowMs);
    await keepPrivately(join(folder, `${name}.token`), tokens[name], 'replace');
  }
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const simulator = await startSimulator({ settings: { concurrentCampaignCalls, searchLiveContacts: 'listed' } });
    stops.push(() => simulator.stop());
    const keySet = await startKeySet(key.publicJwk);
    stops.push(() => keySet.stop());
    const urls = { simulator: simulator.url, eventsQueue: simulator.eventsQueueUrl, jwks: keySet.url };
    const config = gatewayConfig(urls);
    const pages = createPages(tokens.developer ?? '');
    const gateway = await startGateway(config, { ...(log ? { log } : {}), pages });
    stops.push(() => gateway.stop());
    const { trustedDocuments } = config;
    return { url: gateway.url, simulatorUrl: simulator.url, tokens, trustedDocuments, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
