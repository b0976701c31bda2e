import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { Replica, type Usage } from '../chaos/replica.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';
import { startSimulatorProcess, type Simulator } from './simulator.js';

export interface RigOptions {
  /** The compiled main.js of the gateway, and that of the simulator. */
  readonly gatewayEntry: string;
  readonly simulatorEntry: string;
  /** The probe.mjs beside this file. */
  readonly probe: string;
  /** Where the gateways write CPU profiles when they end. */
  readonly profileFolder?: string | undefined;
}

/** A gateway whose time of earlier lives counts. */
export interface Seat {
  readonly replica: Replica;
  cpuMsBefore: number;
}

/** Two gateway processes, one Redis and one simulator, each in a process of its own and nothing between them. */
export interface Rig {
  readonly simulator: Simulator;
  readonly seats: readonly [Seat, Seat];
  readonly issuer: Issuer;
  /** Redis hangs up on everybody; resolves with how many that were. */
  cutRedis(): Promise<number>;
  /** With the CPU time of all lives. */
  measure(seat: Seat): Promise<Usage>;
  /** Ends a gateway and starts it again; false where it had to be killed though it was asked. */
  restart(seat: Seat, how: 'stop' | 'kill'): Promise<boolean>;
  stop(): Promise<void>;
}

/** A deployment's patience. */
const stopWithinMs = 30_000;

export async function startRig(options: RigOptions, settings: SettingChanges): Promise<Rig> {
  const issuer = await startIssuer();
  const redis = await startRedisServer();
  const simulator = await startSimulatorProcess(options.simulatorEntry, settings);
  const nodeOptions = ['--expose-gc', '--import', options.probe];
  if (options.profileFolder) nodeOptions.push('--cpu-prof', '--cpu-prof-dir', options.profileFolder);
  const seat = async (): Promise<Seat> => {
    const replica = new Replica(options.gatewayEntry, environmentOf(issuer, redis, simulator), nodeOptions);
    await replica.start();
    return { replica, cpuMsBefore: 0 };
  };
  const seats = await Promise.all([seat(), seat()]);
  const measure = async ({ replica, cpuMsBefore }: Seat): Promise<Usage> => {
    const usage = await replica.measure();
    return { ...usage, cpuMs: usage.cpuMs + cpuMsBefore };
  };
  return {
    simulator,
    seats,
    issuer,
    measure,
    cutRedis: () => cutConnections(redis.port),
    restart: async (seat, how) => {
      seat.cpuMsBefore = (await measure(seat)).cpuMs;
      let wasClean = true;
      if (how === 'kill') {
        seat.replica.kill();
        await sleep(1_000);
      } else {
        wasClean = await seat.replica.stop(stopWithinMs);
      }
      await seat.replica.start();
      // Starting is not following.
      seat.cpuMsBefore -= (await seat.replica.measure()).cpuMs;
      return wasClean;
    },
    stop: async () => {
      await Promise.all(seats.map(({ replica }) => replica.stop()));
      await Promise.all([redis.close(), simulator.stop(), issuer.stop()]);
    },
  };
}

function environmentOf(issuer: Issuer, redis: RedisServer, simulator: Simulator): Readonly<Record<string, string>> {
  return {
    ...gatewayEnvironment(issuer, simulator.url),
    CONTACT_EVENTS_QUEUE_URL: simulator.eventsQueueUrl,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    STATE_SECRET: 'a secret of the harness',
    REPLICAS: '2',
  };
}

async function cutConnections(port: number): Promise<number> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 0 });
  try {
    // Redis spares the one that asks.
    const killed = await Promise.all(['normal', 'pubsub'].map((type) => redis.call('CLIENT', 'KILL', 'TYPE', type)));
    return killed.reduce<number>((sum, count) => sum + Number(count), 0);
  } finally {
    redis.disconnect();
  }
}
