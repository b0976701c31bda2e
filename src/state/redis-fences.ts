import type { RedisKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { redisSteps, type RunStep } from './redis-script.js';
import type { FenceClosing, FenceEntered, FenceEntry, Fences } from './state.js';

/** The fences of all replicas; the rules are in scripts/fences.lua. */
export class RedisFences implements Fences {
  readonly #step: RunStep;

  constructor(
    private readonly keys: RedisKeys,
    connection: RedisConnection,
    nowMs?: () => number,
  ) {
    this.#step = redisSteps('fences', connection, nowMs);
  }

  async enter(key: string, entry: FenceEntry): Promise<FenceEntered> {
    return (await this.#step(this.keys.fence(key), 'enter', entry)) as FenceEntered;
  }

  async close(key: string, closing: FenceClosing): Promise<void> {
    await this.#step(this.keys.fence(key), 'close', closing);
  }

  async release(key: string, connectToken: string): Promise<void> {
    await this.#step(this.keys.fence(key), 'release', { connectToken });
  }
}
