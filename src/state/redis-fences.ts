import {
  maxFenceEntries,
  repeatsPerMs,
  type FenceClosing,
  type FenceEntered,
  type FenceEntry,
  type FenceRelease,
  type Fences,
} from './fences.js';
import type { KeyedHash, RedisKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { redisSteps, type RunStep } from './redis-script.js';

/** The duplicate-call windows of all replicas; the rules are in scripts/fences.lua. */
export class RedisFences implements Fences {
  readonly #step: RunStep;

  constructor(
    private readonly keys: RedisKeys,
    connection: RedisConnection,
    nowMs?: () => number,
  ) {
    this.#step = redisSteps('fences', connection, nowMs);
  }

  async enter(key: KeyedHash, entry: FenceEntry): Promise<FenceEntered> {
    return (await this.#run('enter', key, entry)) as FenceEntered;
  }

  async close(key: KeyedHash, closing: FenceClosing): Promise<void> {
    await this.#run('close', key, closing);
  }

  async release(key: KeyedHash, { call, owner }: FenceRelease): Promise<void> {
    await this.#run('release', key, { call, owner });
  }

  #run(operation: string, key: KeyedHash, asked: object): Promise<unknown> {
    return this.#step(this.keys.fence(key), operation, { ...asked, maxEntries: maxFenceEntries, repeatsPerMs });
  }
}
