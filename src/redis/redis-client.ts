import { Redis, type StandaloneConnectionOptions } from 'ioredis';
import connectors from 'ioredis/built/connectors/index.js';

/** What INFO tells; empty where it is not permitted. */
export type RedisInfo = Readonly<Record<string, string>>;

export interface RedisClientSettings {
  /** redis:, or rediss: for TLS. */
  readonly url: string;
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Whether a server that tells this of itself is to be used; where not, the client connects again. */
  readonly admits: (info: RedisInfo) => boolean;
}

const longestReconnectDelayMs = 1_000;

/** A client that connects only when it is told to, and then again whenever that breaks. A command is sent once, when the connection stands, or not at all. */
export function createRedisClient({ url, commandTimeoutMs, connectTimeoutMs, admits }: RedisClientSettings): Redis {
  return new Redis(url, {
    // RESP3 begins with HELLO, which Redis 5 does not know and a proxy may refuse in words that the client takes for fatal. Nothing here needs it.
    protocol: 2,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    // ioredis waits so long also for a stream that is closed already.
    disconnectTimeout: Math.min(commandTimeoutMs, 100),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Ours tells who may have missed news.
    autoResubscribe: false,
    retryStrategy: (attempts: number) => Math.min(attempts * 50, longestReconnectDelayMs),
    maxLoadingRetryTime: longestReconnectDelayMs,
    keepAlive: 10_000,
    disableClientInfo: true,
    lazyConnect: true,
    Connector: connectorThat(admits),
  });
}

/** ioredis asks its connector whether to use a server, with what INFO told it of it, and connects again where it must not. */
function connectorThat(admits: (info: RedisInfo) => boolean) {
  return class extends connectors.StandaloneConnector {
    constructor(options: unknown) {
      super(options as StandaloneConnectionOptions);
    }

    override check(info: RedisInfo): boolean {
      return admits(info);
    }
  };
}
