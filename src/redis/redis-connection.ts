import type { Redis } from 'ioredis';
import type { Log } from '../log.js';
import type { Unsubscribe } from '../listeners.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { createRedisClient, type RedisInfo } from './redis-client.js';
import { isFromReplica, isTimeout } from './redis-errors.js';

export interface RedisConnectionSettings {
  /** redis:, or rediss: for TLS. */
  readonly url: string;
  readonly log: Log;
  /**
   * Judges each connection by what INFO tells, before anything else is asked on it: what the server is and what to do, where it must not be used. It is empty where INFO is not
   * permitted. Left out, every server will do.
   */
  readonly refuse?: (info: RedisInfo) => string | undefined;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

interface Subscription {
  readonly onMessage: (message: string) => void;
  readonly onMaybeMissed: () => void;
}

type Command = (...args: (string | number)[]) => Promise<unknown>;

/**
 * Two connections to Redis or Valkey, one of them for news. A command is sent once, when the connection stands, or not at all:
 * whether to ask again is for the caller to decide. Throws StoreUnavailable and nothing else.
 */
export class RedisConnection implements StoreHealth {
  readonly #commands: Redis;
  readonly #news: Redis;
  readonly #scripts = new Map<string, Command>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #upListeners = new Set<() => void>();
  readonly #leaveListeners = new Set<() => void>();
  readonly #log: Log;
  /** By connection, what it led to last, where that was refused. */
  readonly #refusals = new Map<'commands' | 'news', string>();
  #repliesSeen = 0;
  #isOutageLogged = false;
  #isClosing = false;

  constructor({ url, log, refuse, commandTimeoutMs = 500, connectTimeoutMs = 2_000 }: RedisConnectionSettings) {
    this.#log = log;
    const clientOf = (connection: 'commands' | 'news') =>
      createRedisClient({
        url,
        commandTimeoutMs,
        connectTimeoutMs,
        admits: (info) => this.#isAdmitted(connection, refuse?.(info)),
      });
    this.#commands = clientOf('commands');
    this.#news = clientOf('news');
    this.#commands.on('error', (error: unknown) => {
      this.#logOutage(error);
    });
    this.#commands.on('close', () => {
      this.#logOutage(undefined);
    });
    this.#commands.on('ready', () => {
      if (this.#isOutageLogged) this.#log.info('shared state is back');
      this.#isOutageLogged = false;
      for (const listener of [...this.#upListeners]) listener();
    });
    // What keeps this connection from standing keeps the other one too, which logs it.
    this.#news.on('error', () => undefined);
    this.#news.on('ready', () => void this.#subscribe([...this.#subscriptions.keys()]));
    for (const client of [this.#commands, this.#news]) client.connect().catch(() => undefined);
  }

  get isUp(): boolean {
    return this.#commands.status === 'ready' && this.#commands.stream.writable;
  }

  onUp(listener: () => void): Unsubscribe {
    this.#upListeners.add(listener);
    return () => {
      this.#upListeners.delete(listener);
    };
  }

  /** Tells when the server is left, though its connections may stand: it does not answer, or has become a replica. */
  onLeave(listener: () => void): Unsubscribe {
    this.#leaveListeners.add(listener);
    return () => {
      this.#leaveListeners.delete(listener);
    };
  }

  /** Connects again: a server that vanished without a word would otherwise be waited for until TCP gives up, minutes later, and the address may lead to another one by now. */
  leave(): void {
    for (const client of [this.#commands, this.#news]) if (client.status === 'ready') client.stream.destroy();
    for (const listener of [...this.#leaveListeners]) listener();
  }

  /** Which servers that must not be used the address led to last, as `refuse` says. */
  get refusals(): readonly string[] {
    return [...new Set(this.#refusals.values())].map((refusal) => `REDIS_URL leads to ${refusal}`);
  }

  /** What `command` answers. */
  async send<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    if (!this.isUp) throw new StoreUnavailable();
    const repliesBefore = this.#repliesSeen;
    try {
      const reply = await command(this.#commands);
      this.#repliesSeen += 1;
      return reply;
    } catch (error) {
      const isSilent = isTimeout(error) && this.#repliesSeen === repliesBefore;
      if (isSilent || isFromReplica(error)) this.leave();
      throw new StoreUnavailable(error);
    }
  }

  /** The script's answer. Those called one after another run in that order. */
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.send(() => this.#script(lua)(keys.length, ...keys, ...args));
  }

  /** From now on, also after a broken connection, `onMessage` is told what is published; `onMaybeMissed`, that something may not have been. */
  subscribe(channel: string, onMessage: (message: string) => void, onMaybeMissed: () => void = () => undefined): void {
    if (this.#subscriptions.size === 0) {
      this.#news.on('message', (from: string, message: string) => this.#subscriptions.get(from)?.onMessage(message));
    }
    this.#subscriptions.set(channel, { onMessage, onMaybeMissed });
    if (this.#news.status === 'ready') void this.#subscribe([channel]);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(
      [this.#commands, this.#news].map(async (client) => {
        await client.quit().finally(() => {
          client.disconnect();
        });
      }),
    );
  }

  #script(lua: string): Command {
    const known = this.#scripts.get(lua);
    if (known) return known;
    const name = `script${this.#scripts.size}`;
    this.#commands.defineCommand(name, { lua });
    const command = (Reflect.get(this.#commands, name) as Command).bind(this.#commands);
    this.#scripts.set(lua, command);
    return command;
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    try {
      await this.#news.subscribe(...channels);
      for (const channel of channels) this.#subscriptions.get(channel)?.onMaybeMissed();
    } catch (error) {
      // A connection that broke subscribes again once it stands.
      if (this.#isClosing || this.#news.status !== 'ready') return;
      this.#log.error({ err: error }, 'no news from other replicas: the subscription to shared state failed');
      if (isTimeout(error)) this.leave();
    }
  }

  #isAdmitted(connection: 'commands' | 'news', refusal: string | undefined): boolean {
    if (refusal === undefined) {
      this.#refusals.delete(connection);
      return true;
    }
    if (![...this.#refusals.values()].includes(refusal)) this.#log.error(`ALARM: REDIS_URL leads to ${refusal}`);
    this.#refusals.set(connection, refusal);
    // The line above says it already.
    if (connection === 'commands') this.#isOutageLogged = true;
    return false;
  }

  #logOutage(error: unknown): void {
    if (this.#isOutageLogged || this.#isClosing) return;
    this.#isOutageLogged = true;
    this.#log.warn(error === undefined ? {} : { err: error }, 'shared state is gone; connecting again');
  }
}
