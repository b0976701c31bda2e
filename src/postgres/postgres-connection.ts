import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Unsubscribe } from '../listeners.js';
import type { Log } from '../log.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { ignore, OtherServer, serverOf, timedOut, TrackedPool, type Server, type Statement } from './postgres-pool.js';
import { readPostgresUrl } from './postgres-url.js';

export interface PostgresConnectionSettings {
  /** As `readPostgresUrl` reads it. */
  readonly url: string;
  readonly log: Log;
  /**
   * Judges each primary before anything else is asked of it: what it is and what to do, where it must not be used. Left out, every primary will do.
   */
  readonly refuse?: (ask: Ask) => Promise<string | undefined>;
  /** How long connecting and the answer may take together. */
  readonly timeoutMs?: number;
  /** How many statements may run at once. */
  readonly poolMax?: number;
}

export type Ask = <Row extends object>(statement: Statement, values?: readonly unknown[]) => Promise<readonly Row[]>;

interface Subscription {
  readonly onMessage: (message: string) => void;
  readonly onMaybeMissed: () => void;
}

interface Refusal {
  readonly reason: string;
  readonly isStandby: boolean;
}

const longestReconnectDelayMs = 1_000;
const refusalReasons = {
  standby: 'a standby: give the address of the primary, or those of all hosts',
  'read-only': 'a database that is read-only: see default_transaction_read_only',
} as const;

/**
 * A pool of connections to the primary among the hosts of a URL, and one that leads: it finds the primary, hears the news, and while it stands the store is up. A statement
 * is sent once, or not at all: whether to ask again is for the caller to decide, and one that was sent is never cancelled by the client. Throws StoreUnavailable and nothing else.
 */
export class PostgresConnection implements StoreHealth {
  readonly #configs: readonly pg.PoolConfig[];
  readonly #settings: Required<Omit<PostgresConnectionSettings, 'url'>>;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #upListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;
  #lead: pg.Client | undefined;
  /** Of the server that `#lead` is connected to. */
  #pool: TrackedPool | undefined;
  #refusals: readonly string[] = [];
  #repliesSeen = 0;
  #isOutageLogged = false;

  constructor({
    url,
    log,
    refuse = () => Promise.resolve(undefined),
    timeoutMs = 2_000,
    poolMax = 10,
  }: PostgresConnectionSettings) {
    this.#settings = { log, refuse, timeoutMs, poolMax };
    this.#configs = configsOf(url, timeoutMs, poolMax);
    this.#following = this.#followPrimary();
  }

  get isUp(): boolean {
    return this.#pool !== undefined;
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  onUp(listener: () => void): Unsubscribe {
    this.#upListeners.add(listener);
    return () => {
      this.#upListeners.delete(listener);
    };
  }

  /** Which servers that must not be used the hosts led to last. */
  get refusals(): readonly string[] {
    return this.#refusals.map((reason) => `DATABASE_URL leads to ${reason}`);
  }

  /** The rows of one statement, which is a transaction of its own. One that came with a warning may not be kept by every server that should. */
  async query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const pool = this.#pool;
    if (!pool) throw new StoreUnavailable();
    const repliesBefore = this.#repliesSeen;
    try {
      const rows = await pool.query<Row>(statement, values, this.#settings.timeoutMs);
      this.#repliesSeen += 1;
      return rows;
    } catch (error) {
      // A refusal is a reply too: a server where one record is held for long is not silent.
      if (error instanceof pg.DatabaseError) this.#repliesSeen += 1;
      const isSilent = this.#repliesSeen === repliesBefore;
      // The same address may lead to the new primary by now.
      if (this.#pool === pool && ((isSilent && isTimeout(error)) || isFromOther(error))) this.#giveUpConnections();
      throw new StoreUnavailable(error);
    }
  }

  /** From now on, also after a broken connection, `onMessage` is told what is notified; `onMaybeMissed`, that something may not have been. */
  subscribe(channel: string, onMessage: (message: string) => void, onMaybeMissed: () => void = ignore): void {
    this.#subscriptions.set(channel, { onMessage, onMaybeMissed });
    const lead = this.#lead;
    if (lead) void listen(lead, channel).then(onMaybeMissed, () => lead.connection.stream.destroy());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    void this.#lead?.end().catch(ignore);
    await this.#pool?.close();
    this.#lead?.connection.stream.destroy();
    await this.#following;
  }

  async #followPrimary(): Promise<void> {
    for (let attempts = 1; !this.#isClosing; attempts += 1) {
      const found = await this.#firstPrimary();
      if ('lead' in found) {
        attempts = 0;
        await found.ended;
        this.#goDown();
      } else {
        this.#logOutage(found.refusals, found.failures);
      }
      const waitMs = Math.min(Math.max(attempts, 1) * 50, longestReconnectDelayMs);
      await delay(waitMs, undefined, this.#closing).catch(ignore);
    }
  }

  /** Leads from the first host that will do on, or tells why none does. */
  async #firstPrimary() {
    const refusals: Refusal[] = [];
    const failures: unknown[] = [];
    for (const config of this.#configs) {
      const lead = new pg.Client(config);
      const ended = new Promise((resolve) => lead.once('end', resolve));
      // Whatever breaks it ends it too.
      lead.on('error', ignore);
      try {
        await this.#inTime(lead, lead.connect());
        const server = await this.#inTime(lead, serverOf(lead));
        const refusal = await this.#inTime(lead, this.#refusalOf(lead, server));
        if (!refusal) {
          await this.#inTime(lead, this.#hearNews(lead));
          this.#goUp(lead, new TrackedPool(config, server.startedAt));
          return { lead, ended };
        }
        refusals.push(refusal);
      } catch (error) {
        failures.push(error);
      }
      lead.connection.stream.destroy();
    }
    return { refusals, failures };
  }

  /** What `work` of `lead` comes to, whose connection is given up where it takes too long or nobody needs it any more. */
  async #inTime<T>(lead: pg.Client, work: Promise<T>): Promise<T> {
    const giveUp = () => lead.connection.stream.destroy(new Error(timedOut));
    if (this.#isClosing) giveUp();
    const timer = setTimeout(giveUp, this.#settings.timeoutMs);
    this.#closing.signal.addEventListener('abort', giveUp);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', giveUp);
    }
  }

  async #refusalOf(lead: pg.Client, server: Server): Promise<Refusal | undefined> {
    const { refused } = server;
    if (refused) return { reason: refusalReasons[refused], isStandby: refused === 'standby' };
    const reason = await this.#settings.refuse(async (statement, values = []) => {
      const { rows } = await lead.query({ ...statement, values: [...values] });
      return rows as never;
    });
    return reason === undefined ? undefined : { reason, isStandby: false };
  }

  async #hearNews(lead: pg.Client): Promise<void> {
    lead.on('notification', ({ channel, payload = '' }) => this.#subscriptions.get(channel)?.onMessage(payload));
    for (const channel of this.#subscriptions.keys()) await listen(lead, channel);
  }

  #goUp(lead: pg.Client, pool: TrackedPool): void {
    this.#lead = lead;
    this.#pool = pool;
    this.#refusals = [];
    if (this.#isOutageLogged) this.#settings.log.info('the database is back');
    this.#isOutageLogged = false;
    for (const listener of [...this.#upListeners]) listener();
    for (const { onMaybeMissed } of this.#subscriptions.values()) onMaybeMissed();
  }

  #goDown(): void {
    this.#lead = undefined;
    // The next one may be another server.
    this.#pool?.destroy();
    this.#pool = undefined;
    if (this.#isClosing || this.#isOutageLogged) return;
    this.#isOutageLogged = true;
    this.#settings.log.warn('the database is gone; connecting again');
  }

  /** A peer that vanished without a word would otherwise be waited for until TCP gives up, minutes later. */
  #giveUpConnections(): void {
    const lead = this.#lead;
    this.#goDown();
    lead?.connection.stream.destroy();
  }

  #logOutage(refused: readonly Refusal[], [failure]: readonly unknown[]): void {
    if (this.#isClosing) return;
    // While another host is away, a standby is what is left of a failover, not a mistake.
    const refusals = refused.filter(({ isStandby }) => !(isStandby && failure !== undefined));
    const reasons = [...new Set(refusals.map(({ reason }) => reason))];
    for (const reason of reasons) {
      if (!this.#refusals.includes(reason)) this.#settings.log.error(`ALARM: DATABASE_URL leads to ${reason}`);
    }
    this.#refusals = reasons;
    if (reasons.length === 0 && !this.#isOutageLogged) {
      this.#settings.log.warn(
        { err: failure ?? new Error(refusalReasons.standby) },
        'the database is gone; connecting again',
      );
    }
    this.#isOutageLogged = true;
  }
}

/** A connection to the first host that is a primary, on which a statement may take as long as it needs. */
export async function connectToPrimary(url: string): Promise<pg.Client> {
  const failures: unknown[] = [];
  for (const config of configsOf(url, 10_000, 1)) {
    const client = new pg.Client({ ...config, query_timeout: 0, statement_timeout: 0, lock_timeout: 0 });
    client.on('error', ignore);
    try {
      await client.connect();
      const { refused } = await serverOf(client);
      if (!refused) return client;
      failures.push(new Error(`DATABASE_URL leads to ${refusalReasons[refused]}`));
    } catch (error) {
      failures.push(error);
    }
    client.connection.stream.destroy();
  }
  throw failures[0];
}

function configsOf(url: string, timeoutMs: number, max: number): readonly pg.PoolConfig[] {
  const address = readPostgresUrl(url);
  if (!address) throw new Error('the URL of the database cannot be read');
  const { user, password, database, tls } = address;
  return address.hosts.map(({ host, port }) => ({
    host,
    port,
    user,
    database,
    // As a function nobody prints it, and what the environment or a file of passwords say does not count.
    password: () => password,
    ssl: tls ? { rejectUnauthorized: true } : false,
    application_name: 'outdial',
    options: '-c default_transaction_isolation=read\\ committed',
    max,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    // A little sooner than the client gives up, which would cost the connection. Neither ends the wait of a commit for a synchronous standby.
    statement_timeout: Math.ceil(0.9 * timeoutMs),
    lock_timeout: Math.ceil(0.9 * timeoutMs),
    idle_in_transaction_session_timeout: 2 * timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 600,
  }));
}

async function listen(lead: pg.Client, channel: string): Promise<void> {
  await lead.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
}

function isFromOther(error: unknown): boolean {
  return error instanceof OtherServer || (error instanceof pg.DatabaseError && error.code === '25006');
}

/** Ours, and how pg words its own. */
function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    [
      timedOut,
      'Query read timeout',
      'timeout exceeded when trying to connect',
      'Connection terminated due to connection timeout',
    ].includes(error.message)
  );
}
