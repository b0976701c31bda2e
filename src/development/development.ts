import type { Config } from '../config.js';
import { startGateway } from '../gateway.js';
import type { Log } from '../log.js';
import type { DevelopmentConfig } from './development-config.js';
import { createPages } from './pages.js';
import { startUpstreams } from './upstreams.js';

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
  const upstreams = await startUpstreams(folder, nowMs);
  const { urls, tokens } = upstreams;
  try {
    const config = gatewayConfig(urls);
    const pages = createPages(tokens.developer ?? '');
    const gateway = await startGateway(config, { ...(log ? { log } : {}), pages });
    return {
      url: gateway.url,
      simulatorUrl: urls.simulator,
      tokens,
      trustedDocuments: config.trustedDocuments,
      stop: async () => {
        await gateway.stop();
        await upstreams.stop();
      },
    };
  } catch (error) {
    await upstreams.stop();
    throw error;
  }
}
