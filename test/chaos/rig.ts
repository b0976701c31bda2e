import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer } from '../support/issuer.js';
import { startRedisProxy, type RedisProxy } from './redis-proxy.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { Replica } from './replica.js';
import { startUpstreamProxy, type UpstreamProxy } from './upstream-proxy.js';

export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RigOptions {
  /** The compiled main.js of the gateway. */
  readonly gatewayEntry: string;
  /** Of starts, on both sides. */
  readonly quota: Quota;
  readonly tokenAfterEnd: 'redial' | 'replay';
}

export interface Seat {
  readonly replica: Replica;
  readonly redis: RedisProxy;
  readonly upstream: UpstreamProxy;
}

/** Two gateway processes, each behind proxies of its own to one Redis and one simulator. */
export interface Rig {
  readonly simulator: RunningSimulator;
  readonly redis: RedisServer;
  readonly seats: readonly Seat[];
  /** Good for five minutes. */
  readonly token: string;
  readonly quota: Quota;
  stop(): Promise<void>;
}

/** How long a gateway waits for Connect; short, so that a run holds many time-outs. */
const connectTimeoutMs = 1_500;
/** No call ends while it may still be asked for: under `redial` a token that outlived its call would place a new one. */
const callEndsAtMs = 900_000;

export async function startRig({ gatewayEntry, quota, tokenAfterEnd }: RigOptions): Promise<Rig> {
  const issuer = await startIssuer();
  const redis = await startRedisServer();
  const simulator = await startSimulator({
    settings: {
      tokenAfterEnd,
      rates: { StartOutboundVoiceContact: quota },
      concurrentCalls: 1_000_000,
      timings: { endsAtMs: callEndsAtMs },
    },
  });
  const seats = await Promise.all(
    [0, 1].map(async () => {
      const redisProxy = await startRedisProxy(redis.port);
      const upstream = await startUpstreamProxy(simulator.url);
      const replica = new Replica(gatewayEntry, {
        ...gatewayEnvironment(issuer, upstream.url),
        CONNECT_QUOTAS: `StartOutboundVoiceContact=${quota.perSecond}/${quota.burst}`,
        CONNECT_REQUEST_TIMEOUT_MS: String(connectTimeoutMs),
        // All who call here are of one subject, and what they ask for is to be too much.
        MAX_WAITING_CALLS_PER_SUBJECT: '100000',
        REDIS_URL: redisProxy.url,
        STATE_SECRET: 'a secret of the harness',
        REPLICAS: '2',
      });
      await replica.start();
      return { replica, redis: redisProxy, upstream };
    }),
  );
  return {
    simulator,
    redis,
    seats,
    token: await issuer.token({ scopes: ['calls:start'] }),
    quota,
    stop: async () => {
      await Promise.all(seats.map(({ replica }) => replica.stop()));
      await Promise.all(seats.flatMap((seat) => [seat.redis.stop(), seat.upstream.stop()]));
      await Promise.all([redis.close(), simulator.stop(), issuer.stop()]);
    },
  };
}
