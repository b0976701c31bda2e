import { ConnectClient } from '@aws-sdk/client-connect';
import type { Config } from '../config.js';

/** One connection pool, two owners of retries: the SDK repeats reads; what rings a phone is sent exactly once per attempt of ours. */
export interface ConnectClients {
  readonly reads: ConnectClient;
  readonly calls: ConnectClient;
}

export function createConnectClients(options: Config['connect']): ConnectClients {
  const common = {
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    // The handler has no time-out of its own, and `requestTimeout` alone only logs.
    requestHandler: {
      connectionTimeout: options.connectionTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    cacheMiddleware: true,
  };
  const reads = new ConnectClient(common);
  const calls = new ConnectClient({ ...common, requestHandler: reads.config.requestHandler, maxAttempts: 1 });
  return { reads, calls };
}
