import { join } from 'node:path';
import { startSimulator } from '../simulator/server.js';
import { callers } from './callers.js';
import { startKeySet } from './key-set.js';
import { keepPrivately, loadSigningKey } from './signing-key.js';
import { issueToken } from './tokens.js';

/** AWS grants none until the quota is raised; with none, campaign calls could not be tried at all. */
const concurrentCampaignCalls = 5;

/** Where the parties listen that a gateway asks. */
export interface UpstreamUrls {
  /** Amazon Connect. */
  readonly simulator: string;
  /** The SQS queue of contact events. */
  readonly eventsQueue: string;
  /** The key set of the identity provider. */
  readonly jwks: string;
}

export interface Upstreams {
  readonly urls: UpstreamUrls;
  /** By the names of `callers`; each is also in a file of the folder. */
  readonly tokens: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts an embedded Connect and a key set on free ports of this machine, and writes tokens by the key of `folder`. */
export async function startUpstreams(folder: string, nowMs: number): Promise<Upstreams> {
  const key = await loadSigningKey(folder);
  const tokens: Record<string, string> = {};
  for (const [name, claims] of Object.entries(callers)) {
    tokens[name] = await issueToken(key, claims, nowMs);
    await keepPrivately(join(folder, `${name}.token`), tokens[name], 'replace');
  }
  const keySet = await startKeySet(key.publicJwk);
  const simulator = await startSimulator({ settings: { concurrentCampaignCalls, searchLiveContacts: 'listed' } });
  return {
    urls: { simulator: simulator.url, eventsQueue: simulator.eventsQueueUrl, jwks: keySet.url },
    tokens,
    stop: async () => {
      await keySet.stop();
      await simulator.stop();
    },
  };
}
