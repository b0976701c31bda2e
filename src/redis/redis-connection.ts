import { Cluster, type Redis, type RedisCommander } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import type { Unsubscribe } from '../listeners.js';
import { noMeters, type Meters } from '../meters.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { nameOfNode, type ClusterPrimaries } from './cluster-primaries.js';
import { settingOf, type RedisAddress } from './redis-address.js';
import { createRedisClient, type RedisClientSettings, type RedisInfo } from './redis-client.js';
import { createClusterNews, createRedisCluster, isAnyPrimaryUp } from './redis-cluster.js';
import { isFromReplica, isTimeout } from './redis-errors.js';
import { RedisNews } from './redis-news.js';
import { RedisRefusals } from './redis-refusals.js';
import { causeOf, clusterRefusal, sentinelRefusal, type Refusal } from './redis-role.js';

export interface RedisConnectionSettings {
  readonly address: RedisAddress;
  readonly log: Log;
  /** Left out, alarms are logged and not counted. */
  readonly meters?: Meters;
  /**
   * Judges each connection by what INFO tells, before anything else is asked on it: why the server must not be used. It is empty where INFO is not permitted. Left
   * out, every server will do.
   */
  readonly refuse?: (info: RedisInfo) => Refusal | undefined;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** What INFO answered on one server. */
export interface ServerInfo {
  /** Host and port of a primary of a Cluster. */
  readonly node?: string;
  readonly info: string;
}

const reconnectDelayMs = 50;

type Command = (...args: (string | number)[]) => Promise<unknown>;

/**
 * Two connections to Redis or Valkey, one of them for news. A command is sent once, when the connection stands, or not at all:
 * whether to ask again is for the caller to decide. Throws StoreUnavailable and nothing else.
 */
export class RedisConnection implements StoreHealth {
  /** Of a Cluster. */
  readonly primaries: ClusterPrimaries | undefined;
  readonly #commands: Redis | Cluster;
  readonly #news: Redis;
  readonly #scripts = new Map<string, Command>();
  readonly #subscriptions: RedisNews;
  readonly #upListeners = new Set<() => void>();
  readonly #leaveListeners = new Set<() => void>();
  readonly #log: Log;
  readonly #refusals: RedisRefusals;
  #repliesSeen = 0;
  #isClusterUp = false;
  #isOutageLogged = false;
  #isClosing = false;

  constructor({
    address,
    log,
    meters = noMeters,
    refuse,
    commandTimeoutMs = 500,
    connectTimeoutMs = 2_000,
  }: RedisConnectionSettings) {
    this.#log = log;
    this.#refusals = new RedisRefusals(settingOf[address.kind], log, meters);
    const settingsOf = (connection: 'commands' | 'news'): RedisClientSettings => ({
      address,
      commandTimeoutMs,
      connectTimeoutMs,
      admits: (info) => this.#isAdmitted(connection, refuse?.(info)),
    });
    if (address.kind === 'cluster') {
      const { cluster, primaries } = createRedisCluster(address.urls, settingsOf('commands'), {
        onUp: () => {
          this.#isClusterUp = true;
          this.#tellUp();
        },
        onNodeUp: () => {
          if (this.#isClusterUp) this.#tellUp();
        },
        onNodeGone: (node, error) => {
          this.#logOutage(error, nameOfNode(node));
        },
      });
      this.primaries = primaries;
      this.#commands = cluster;
      this.#news = createClusterNews(address.urls, settingsOf('news'), cluster);
    } else {
      this.#commands = createRedisClient(settingsOf('commands'));
      this.#news = createRedisClient(settingsOf('news'));
    }
    let bySentinel: Refusal | undefined;
    this.#commands.on('sentinelError', (error: Error) => (bySentinel = sentinelRefusal(error) ?? bySentinel));
    this.#commands.on('error', (error: unknown) => {
      // That all were asked for the primary in vain is told then.
      const refusal = bySentinel ?? clusterRefusal(error);
      bySentinel = undefined;
      if (refusal) this.#isAdmitted('commands', refusal);
      this.#refusals.recordNone();
      this.#logOutage(causeOf(error));
    });
    this.#commands.on('close', () => {
      this.#isClusterUp = false;
      this.#refusals.recordNone();
      this.#logOutage(undefined);
    });
    if (address.kind !== 'cluster') {
      this.#commands.on('ready', () => {
        this.#tellUp();
      });
    }
    // What keeps this connection from standing keeps the other one too, which logs it.
    this.#news.on('error', () => undefined);
    this.#subscriptions = new RedisNews(this.#news, log);
    if (address.kind === 'cluster') {
      this.#subscriptions.testHearing({
        publish: (channel, message) => this.send((redis) => redis.publish(channel, message)),
        heardWithinMs: commandTimeoutMs,
      });
    }
    for (const client of [this.#commands, this.#news]) this.#keepConnecting(client);
  }

  get isUp(): boolean {
    if (this.#commands instanceof Cluster) return this.#isClusterUp && isAnyPrimaryUp(this.#commands);
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
    // A silent node of a Cluster is given up by itself, and one that redirects is followed.
    if (this.#commands instanceof Cluster) return;
    for (const client of [this.#commands, this.#news]) if (client.status === 'ready') client.stream.destroy();
    for (const listener of [...this.#leaveListeners]) listener();
  }

  /** Which servers that must not be used the address led to last, as `refuse` says. */
  get refusals(): readonly string[] {
    return this.#refusals.reasons;
  }

  /** What is wrong with the setting, by the first server that it led to; undefined where nothing is, and where none was reached. */
  async wrongSetting(): Promise<string | undefined> {
    const first = await this.#refusals.first;
    return first?.is === 'a wrong setting' ? this.#refusals.wordsOf(first) : undefined;
  }

  /** What `command` answers. */
  async send<T>(command: (redis: RedisCommander) => Promise<T>): Promise<T> {
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

  /** INFO of the primary, in a Cluster of each primary that holds slots; one that does not answer is left out. */
  async infos(): Promise<readonly ServerInfo[]> {
    if (!this.primaries) return [{ info: await this.send((redis) => redis.info()) }];
    const answers = await Promise.allSettled(
      this.primaries.connected.map(async (node) => ({ node: nameOfNode(node), info: await node.info() })),
    );
    const infos = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (infos.length === 0) throw new StoreUnavailable(failed?.reason);
    return infos;
  }

  /** The script's answer. Those called one after another run in that order. */
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.send(() => this.#script(lua)(keys.length, ...keys, ...args));
  }

  /** From now on, also after a broken connection, `onMessage` is told what is published; `onMaybeMissed`, that something may not have been. */
  subscribe(channel: string, onMessage: (message: string) => void, onMaybeMissed: () => void = () => undefined): void {
    this.#subscriptions.add(channel, { onMessage, onMaybeMissed });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#subscriptions.stop();
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

  /** A client that hears of a failover while it asks a Sentinel for the primary ends, and would not connect again by itself. */
  #keepConnecting(client: Redis | Cluster): void {
    const connect = () => {
      if (!this.#isClosing) client.connect().catch(() => undefined);
    };
    client.on('end', () => void delay(reconnectDelayMs).then(connect));
    connect();
  }

  #isAdmitted(connection: 'commands' | 'news', refusal: Refusal | undefined): boolean {
    this.#refusals.record(connection, refusal);
    if (!refusal) return true;
    if (refusal.is === 'passing') this.#logOutage(new Error(this.#refusals.wordsOf(refusal)));
    // The alarm says it already.
    if (connection === 'commands') this.#isOutageLogged = true;
    return false;
  }

  #tellUp(): void {
    if (this.#isOutageLogged) this.#log.info('shared state is back');
    this.#isOutageLogged = false;
    for (const listener of [...this.#upListeners]) listener();
  }

  /** Of a Cluster, that of one node may be gone. */
  #logOutage(error: unknown, node?: string): void {
    if (this.#isOutageLogged || this.#isClosing) return;
    this.#isOutageLogged = true;
    this.#log.warn(
      { ...(error === undefined ? {} : { err: error }), ...(node === undefined ? {} : { node }) },
      'shared state is gone; connecting again',
    );
  }
}
