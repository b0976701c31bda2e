import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import { isTimeout } from './redis-errors.js';

interface Subscription {
  readonly onMessage: (message: string) => void;
  readonly onMaybeMissed: () => void;
}

/** How a client finds out that it hears what is published, where nothing else tells. */
export interface HearingTest {
  /** Rejects where it is not known whether it was published. */
  readonly publish: (channel: string, message: string) => Promise<unknown>;
  readonly heardWithinMs: number;
}

const testEveryMs = 1_000;

/** Subscriptions on a client of their own, which are made again at each connection; then whoever listens is told that something may have been missed. */
export class RedisNews {
  readonly #subscriptions = new Map<string, Subscription>();
  #testing: NodeJS.Timeout | undefined;
  #ownChannel: string | undefined;
  #onOwn: () => void = () => undefined;
  /** The stream on which what is published to the own channel should be heard. */
  #hearsOn: unknown;

  constructor(
    private readonly client: Redis,
    private readonly log: Log,
  ) {
    client.on('message', (from: string, message: string) => this.#subscriptions.get(from)?.onMessage(message));
    client.on('ready', () => void this.#subscribe([...this.#subscriptions.keys()]));
  }

  add(channel: string, subscription: Subscription): void {
    this.#subscriptions.set(channel, subscription);
    if (this.client.status === 'ready') void this.#subscribe([channel]);
  }

  /** From now on until `stop`, a connection on which nothing is heard is given up. */
  testHearing(test: HearingTest): void {
    let isUnderWay = false;
    this.#testing = setInterval(() => {
      if (isUnderWay) return;
      isUnderWay = true;
      void this.#test(test).finally(() => (isUnderWay = false));
    }, testEveryMs);
  }

  stop(): void {
    clearInterval(this.#testing);
  }

  async #test({ publish, heardWithinMs }: HearingTest): Promise<void> {
    this.#ownChannel ??= this.#subscribeToOwn();
    const { stream } = this.client;
    if (this.#ownChannel === undefined || this.#hearsOn !== stream || this.client.status !== 'ready') return;
    const told = new AbortController();
    const heard = new Promise<boolean>((resolve) => {
      this.#onOwn = () => {
        resolve(true);
      };
    });
    try {
      await publish(this.#ownChannel, '');
    } catch {
      return;
    }
    const isHeard = await Promise.race([heard, delay(heardWithinMs, false, { signal: told.signal })]);
    told.abort();
    if (!isHeard) stream.destroy();
  }

  /** Its name begins as those that the user may use; undefined where there is none yet. */
  #subscribeToOwn(): string | undefined {
    const [known] = this.#subscriptions.keys();
    if (known === undefined) return undefined;
    const channel = `${known}:heard:${randomUUID()}`;
    this.add(channel, {
      onMessage: () => {
        this.#onOwn();
      },
      onMaybeMissed: () => {
        this.#hearsOn = this.client.stream;
      },
    });
    return channel;
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    const { client } = this;
    const { stream } = client;
    try {
      await client.subscribe(...channels);
      for (const channel of channels) this.#subscriptions.get(channel)?.onMaybeMissed();
    } catch (error) {
      // A connection that broke subscribes again once it stands.
      if (client.status !== 'ready' || client.stream !== stream || !stream.writable) return;
      this.log.error({ err: error }, 'no news from other replicas: the subscription to shared state failed');
      if (isTimeout(error)) stream.destroy();
    }
  }
}
