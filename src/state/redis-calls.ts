import type { KeyedHash, RedisKeys } from './keys.js';
import { Listeners } from './listeners.js';
import type { RedisConnection } from './redis-connection.js';
import { redisSteps, type RunStep } from './redis-script.js';
import {
  keptForMs,
  type CallClaim,
  type CallClaimed,
  type CallLook,
  type CallQuestion,
  type CallRecords,
  type Lease,
  type PlacedCall,
  type Unsubscribe,
} from './state.js';

/** The calls of all replicas; the rules are in scripts/calls.lua. */
export class RedisCalls implements CallRecords {
  readonly #step: RunStep;
  readonly #listeners = new Listeners();

  constructor(
    private readonly keys: RedisKeys,
    connection: RedisConnection,
    nowMs?: () => number,
  ) {
    this.#step = redisSteps('calls', connection, nowMs);
    connection.subscribe(
      keys.callsChannel,
      (key) => {
        this.#listeners.tell(key);
      },
      () => {
        this.#listeners.tellAll();
      },
    );
  }

  look(key: KeyedHash, question: CallQuestion): Promise<CallLook> {
    return this.#run('look', key, question) as Promise<CallLook>;
  }

  claim(key: KeyedHash, claim: CallClaim): Promise<CallClaimed> {
    return this.#run('claim', key, claim) as Promise<CallClaimed>;
  }

  renew(key: KeyedHash, lease: Lease): Promise<boolean> {
    return this.#run('renew', key, lease) as Promise<boolean>;
  }

  markSending(key: KeyedHash, lease: Lease): Promise<boolean> {
    return this.#run('markSending', key, lease) as Promise<boolean>;
  }

  markUncertain(key: KeyedHash, lease: Lease): Promise<boolean> {
    return this.#run('markUncertain', key, lease) as Promise<boolean>;
  }

  letGo(key: KeyedHash, lease: Lease): Promise<boolean> {
    return this.#run('letGo', key, lease) as Promise<boolean>;
  }

  release(key: KeyedHash, lease: Lease): Promise<boolean> {
    return this.#run('release', key, lease) as Promise<boolean>;
  }

  recordPlaced(key: KeyedHash, placed: PlacedCall): Promise<{ contactId: string; isFirst: boolean }> {
    return this.#run('recordPlaced', key, placed) as Promise<{ contactId: string; isFirst: boolean }>;
  }

  changed(key: KeyedHash, listener: () => void): Unsubscribe {
    return this.#listeners.add(key, listener);
  }

  #run(operation: string, key: KeyedHash, asked: object): Promise<unknown> {
    return this.#step(this.keys.call(key), operation, { ...asked, key, keptForMs, channel: this.keys.callsChannel });
  }
}
