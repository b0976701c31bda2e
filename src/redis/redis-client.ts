import { Redis, type RedisOptions, type SentinelConnectionOptions, type StandaloneConnectionOptions } from 'ioredis';
import connectors from 'ioredis/built/connectors/index.js';
import { partsOf, type RedisAddress } from './redis-address.js';

/** What INFO tells; empty where it is not permitted. */
export type RedisInfo = Readonly<Record<string, string>>;

export interface ServerName {
  readonly host: string;
  readonly port: number;
}

export interface RedisClientSettings {
  readonly address: RedisAddress;
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Whether a server that tells this of itself is to be used; where not, the client connects again. */
  readonly admits: (info: RedisInfo) => boolean;
}

const longestReconnectDelayMs = 1_000;

export const delayMs = (attempts: number) => Math.min(attempts * 50, longestReconnectDelayMs);

/** A client that connects only when it is told to, and then again whenever that breaks. A command is sent once, when the connection stands, or not at all. */
export function createRedisClient(settings: RedisClientSettings): Redis {
  const { address, admits } = settings;
  const common = optionsOf(settings);
  if (address.kind === 'sentinels') {
    return new Redis({ ...common, ...sentinelOptions(address, settings), Connector: primaryConnector(admits) });
  }
  if (address.kind === 'cluster') throw new Error('a Cluster has a client of its own');
  return new Redis(address.url, { ...common, Connector: serverConnector(admits) });
}

function optionsOf({ commandTimeoutMs, connectTimeoutMs }: RedisClientSettings): RedisOptions {
  return {
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
    retryStrategy: delayMs,
    maxLoadingRetryTime: longestReconnectDelayMs,
    keepAlive: 10_000,
    disableClientInfo: true,
    lazyConnect: true,
  };
}

/** The options of each node of a Cluster. */
export function nodeOptions(settings: RedisClientSettings): RedisOptions {
  return { ...optionsOf(settings), Connector: serverConnector(settings.admits) };
}

/** A client of one node of a Cluster. */
export function createNodeClient(settings: RedisClientSettings, own: RedisOptions, server: ServerName): Redis {
  return new Redis({ ...nodeOptions(settings), ...own, ...server });
}

/** A client for news that connects to another one of `servers` each time: in a Cluster every node tells what was published at any. */
export function createRoamingClient(
  settings: RedisClientSettings,
  own: RedisOptions,
  servers: () => readonly ServerName[],
): Redis {
  let turn = 0;
  const nextServer = () => {
    const all = servers();
    turn += 1;
    return all[turn % all.length]!;
  };
  const Base = serverConnector(settings.admits);
  return new Redis({
    ...optionsOf(settings),
    ...own,
    Connector: class extends Base {
      override connect(emit: Parameters<InstanceType<typeof Base>['connect']>[0]) {
        this.options = { ...this.options, ...nextServer() };
        return super.connect(emit);
      }
    },
  });
}

/** The Sentinels are asked in turn, at each connection, and tell of every failover. */
function sentinelOptions(
  { urls, primaryUrl }: RedisAddress & { readonly kind: 'sentinels' },
  { commandTimeoutMs }: RedisClientSettings,
): RedisOptions {
  const sentinels = urls.map((url) => partsOf(url, 26_379));
  const [{ isTls, username, password }] = sentinels as [(typeof sentinels)[number]];
  const primary = partsOf(primaryUrl);
  return {
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(isTls ? { sentinelTLS: {} } : {}),
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: delayMs,
    failoverDetector: true,
    sentinelReconnectStrategy: () => longestReconnectDelayMs,
    // Those that others announce may not be reachable from here, or not by TLS.
    updateSentinels: false,
    name: primary.host,
    ...(primary.username === undefined ? {} : { username: primary.username }),
    ...(primary.password === undefined ? {} : { password: primary.password }),
    db: primary.db,
    ...(primary.isTls ? { tls: {}, enableTLSForSentinelMode: true } : {}),
  };
}

/** ioredis asks its connector whether to use a server, with what INFO told it of it, and connects again where it must not. */
function serverConnector(admits: (info: RedisInfo) => boolean) {
  return class extends connectors.StandaloneConnector {
    constructor(options: unknown) {
      super(options as StandaloneConnectionOptions);
    }

    override check(info: RedisInfo): boolean {
      return admits(info);
    }
  };
}

function primaryConnector(admits: (info: RedisInfo) => boolean) {
  return class extends connectors.SentinelConnector {
    constructor(options: unknown) {
      super(options as SentinelConnectionOptions);
    }

    /** Where the role is wrong, the next Sentinel is asked then. */
    override check(info: RedisInfo): boolean {
      const isRightRole = super.check(info);
      return admits(info) && isRightRole;
    }
  };
}
