import { ConnectClient } from '@aws-sdk/client-connect';
import type { Config } from '../config.js';

/**
 * The SDK repeats reads; what rings a phone or changes a contact is sent exactly once per attempt of ours, and over connections of its
 * own, so that reads which hang cannot hold it up.
 */
export interface ConnectClients {
  readonly reads: ConnectClient;
  readonly writes: ConnectClient;
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
  const writes = new ConnectClient({ ...common, maxAttempts: 1 });
  // Next to the handler, where the error is still the socket's own.
  writes.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (cause) {
        throw failedBeforeConnecting(cause) ? new NeverSent('The connection could not be opened', { cause }) : cause;
      }
    },
    { name: 'tellNeverSent', step: 'finalizeRequest', priority: 'low' },
  );
  return { reads, writes };
}

/** The request did not leave: looking the host up, or opening the connection, failed. */
export class NeverSent extends Error {
  override readonly name = 'NeverSent';
}

function failedBeforeConnecting(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(failedBeforeConnecting);
  const { syscall } = Object(cause) as { readonly syscall?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
