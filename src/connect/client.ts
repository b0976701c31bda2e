import { ConnectClient } from '@aws-sdk/client-connect';
import { HttpsAgent, NoTunnel, withoutProxy, type ProxySettings } from '../https-agent.js';

export interface ConnectOptions {
  readonly region: string;
  /** Only for a simulator or a private endpoint. */
  readonly endpoint?: string;
  /** Never from the environment, where the SDK's own chain finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly proxy?: ProxySettings | undefined;
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/**
 * The SDK repeats reads; what rings a phone or changes a contact is sent exactly once per attempt of ours, and over connections of its
 * own, so that reads which hang cannot hold it up.
 */
export interface ConnectClients {
  readonly reads: ConnectClient;
  readonly writes: ConnectClient;
}

export function createConnectClients(options: ConnectOptions): ConnectClients {
  const common = () => ({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    // The handler has no time-out of its own, and `requestTimeout` alone only logs. It ends with the head of an answer: of a body that does
    // not come only the socket tells.
    requestHandler: {
      httpAgent: withoutProxy,
      httpsAgent: new HttpsAgent(options.proxy, options.connectionTimeoutMs),
      connectionTimeout: options.connectionTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: options.requestTimeoutMs,
    },
    cacheMiddleware: true,
  });
  const reads = new ConnectClient(common());
  const writes = new ConnectClient({ ...common(), maxAttempts: 1 });
  // Next to the handler, where every error is the socket's own: one made of an answer has whatever members the answer had.
  writes.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (cause) {
        throw failedBeforeConnecting(cause) ? new NeverSent('The connection could not be opened', { cause }) : cause;
      }
    },
    { name: 'tellNeverSent', step: 'deserialize', priority: 'low' },
  );
  return { reads, writes };
}

/** The request did not leave: there were no credentials for it, or looking the host up or opening the connection, through a proxy or not, failed. */
export class NeverSent extends Error {
  override readonly name = 'NeverSent';
}

function failedBeforeConnecting(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(failedBeforeConnecting);
  if (cause instanceof NoTunnel) return true;
  // The handler's `connectionTimeout` is told from its other time-outs by its words alone.
  if (cause instanceof Error && cause.message.includes('did not establish a connection')) return true;
  const { syscall } = Object(cause) as { readonly syscall?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
