import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Unsubscribe } from '../listeners.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { configsOf } from './postgres-config.js';
import { giveUp, PostgresHosts, type FoundHosts, type Primary } from './postgres-hosts.js';
import { PostgresNews } from './postgres-news.js';
import { PostgresOutages } from './postgres-outages.js';
import { OtherServer, RefusedConnection, TrackedPool, type Statement } from './postgres-pool.js';
import { ignore, inTime } from './postgres-server.js';

export interface PostgresConnectionSettings {
  /** As `readPostgresUrl` reads it. */
  readonly url: string;
  readonly log: Log;
  /** Left out, alarms are logged and not counted. */
  readonly meters?: Meters;
  /**
   * Judges each primary before anything else is asked of it: what it is and what to do, where it must not be used. Left out, every primary will do.
   */
  readonly refuse?: (ask: Ask) => Promise<string | undefined>;
  /** How long connecting and the answer may take together. */
  readonly timeoutMs?: number;
  /** How many statements may run at once. */
  readonly poolMax?: number;
  /** How often the other hosts are looked at while one is used: a server may have been promoted that this one knows nothing of. */
  readonly lookEveryMs?: number;
}

export type Ask = <Row extends object>(statement: Statement, values?: readonly unknown[]) => Promise<readonly Row[]>;

const longestReconnectDelayMs = 1_000;

/** Those of these sessions that still work, or do not tell. */
const atWork = {
  text: `SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1) AND state IS DISTINCT FROM 'idle'`,
};

/**
 * A pool of connections to the primary among the hosts of a URL, and one that leads: it hears the news, tells whether the server is there, and while it stands the store is up. A
 * statement is sent once, or not at all: whether to ask again is for the caller to decide, and one that was sent is never cancelled by the client. Throws StoreUnavailable and nothing else.
 */
export class PostgresConnection implements StoreHealth {
  readonly #hosts: PostgresHosts;
  readonly #settings: Required<Omit<PostgresConnectionSettings, 'url'>>;
  readonly #outages: PostgresOutages;
  readonly #news = new PostgresNews();
  readonly #upListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;
  #lead: Primary | undefined;
  /** Of the server that `#lead` is connected to. */
  #pool: TrackedPool | undefined;
  #askedAtMs = -Infinity;
  #isAsking = false;
  #isJudging = false;

  constructor({
    url,
    log,
    meters = noMeters,
    refuse = () => Promise.resolve(undefined),
    timeoutMs = 2_000,
    poolMax = 10,
    lookEveryMs = 5_000,
  }: PostgresConnectionSettings) {
    this.#settings = { log, meters, refuse, timeoutMs, poolMax, lookEveryMs };
    this.#outages = new PostgresOutages(log, meters);
    this.#hosts = new PostgresHosts(configsOf(url, timeoutMs, poolMax), this.#patience);
    this.#following = this.#followPrimary();
  }

  /** How long a statement may take. */
  get timeoutMs(): number {
    return this.#settings.timeoutMs;
  }

  get isUp(): boolean {
    return this.#pool !== undefined;
  }

  onUp(listener: () => void): Unsubscribe {
    this.#upListeners.add(listener);
    return () => {
      this.#upListeners.delete(listener);
    };
  }

  /** Which servers that must not be used the hosts led to last. */
  get refusals(): readonly string[] {
    return this.#outages.refusals.map((reason) => `DATABASE_URL leads to ${reason}`);
  }

  /** The rows of one statement, which is a transaction of its own. One that came with a warning may not be kept by every server that should. */
  async query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const pool = this.#pool;
    if (!pool) throw new StoreUnavailable();
    const { timeoutMs } = this.#settings;
    const timer = setTimeout(() => void this.#askAfter(pool), timeoutMs / 2);
    try {
      return await pool.query<Row>(statement, values, timeoutMs);
    } catch (error) {
      if (this.#pool === pool) {
        // The same address may lead to the new primary by now.
        if (isFromOther(error)) this.#giveUpConnections(error);
        else if (isOfSchema(error)) void this.#judgeAgain(pool, error);
      }
      throw new StoreUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** From now on, also after a broken connection, `onMessage` is told what is notified; `onMaybeMissed`, that something may not have been. */
  subscribe(channel: string, onMessage: (message: string) => void, onMaybeMissed: () => void = ignore): void {
    const lead = this.#lead;
    void this.#news.subscribe(channel, { onMessage, onMaybeMissed }, lead?.client).catch((error: unknown) => {
      if (lead) giveUp(lead, error);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const lead = this.#lead;
    void lead?.client.end().catch(ignore);
    await this.#pool?.close();
    if (lead) giveUp(lead);
    await this.#following;
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  get #patience() {
    return { timeoutMs: this.#settings.timeoutMs, signal: this.#closing.signal };
  }

  async #followPrimary(): Promise<void> {
    for (let attempts = 1; !this.#isClosing; attempts += 1) {
      const lead = await this.#firstFit(await this.#hosts.look());
      if (lead) {
        attempts = 0;
        void this.#watchOthers(lead);
        this.#goDown(await lead.ended);
      }
      const waitMs = Math.min(Math.max(attempts, 1) * 50, longestReconnectDelayMs);
      await delay(waitMs, undefined, this.#closing).catch(ignore);
    }
  }

  /** Leads from the first primary that will do on, or logs why none does. */
  async #firstFit(found: FoundHosts): Promise<Primary | undefined> {
    const [refusals, failures] = [[...found.refusals], [...found.failures]];
    for (const [index, primary] of found.primaries.entries()) {
      const { client } = primary;
      try {
        const reason = await inTime(client, this.#refusalOf(client), this.#patience);
        if (reason === undefined) {
          await inTime(client, this.#news.hear(client), this.#patience);
          found.primaries.slice(index + 1).forEach(giveUp);
          this.#goUp(primary);
          this.#outages.foundBeside(refusals);
          return primary;
        }
        refusals.push({ is: 'unfit', reason });
      } catch (error) {
        failures.push(error);
      }
      giveUp(primary);
    }
    if (!this.#isClosing) this.#outages.foundNone(refusals, failures);
    return undefined;
  }

  #refusalOf(client: pg.Client): Promise<string | undefined> {
    return this.#settings.refuse(async (statement, values = []) => {
      const { rows } = await client.query({ ...statement, values: [...values] });
      return rows as never;
    });
  }

  /** Leaves `lead` where another host was promoted since: it may stand all the same, and even have a synchronous standby. */
  async #watchOthers(lead: Primary): Promise<void> {
    if (!this.#hosts.areSeveral) return;
    const gone = new AbortController();
    void lead.ended.then(() => {
      gone.abort();
    });
    for (;;) {
      await delay(this.#settings.lookEveryMs, undefined, gone).catch(ignore);
      if (gone.signal.aborted) return;
      const { primaries, refusals } = await this.#hosts.look(lead);
      for (const primary of primaries) if (primary !== lead) giveUp(primary);
      if (primaries.includes(lead)) this.#outages.foundBeside(refusals);
      else giveUp(lead, new Error('another server was promoted'));
    }
  }

  /**
   * Asks the server, where a statement takes long, whether it is there at all, and what it works on that nobody waits for any more. A peer that vanished without a word would otherwise be
   * waited for until TCP gives up, minutes later.
   */
  async #askAfter(pool: TrackedPool): Promise<void> {
    const lead = this.#lead;
    const { timeoutMs } = this.#settings;
    const sinceMs = performance.now() - this.#askedAtMs;
    if (!lead || this.#pool !== pool || this.#isAsking || sinceMs < timeoutMs / 4) return;
    this.#askedAtMs = performance.now();
    this.#isAsking = true;
    const { abandoned } = pool;
    try {
      const asked = lead.client.query<{ pid: number }>({ ...atWork, values: [abandoned] });
      const { rows } = await inTime(lead.client, asked, { ...this.#patience, timeoutMs: timeoutMs / 2 });
      pool.end(abandoned.filter((process) => !rows.some(({ pid }) => pid === process)));
    } catch (error) {
      if (this.#lead === lead) this.#giveUpConnections(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Finds out whether the server will still do after it refused a statement: permissions may have been revoked since it was judged, or a table dropped. */
  async #judgeAgain(pool: TrackedPool, error: pg.DatabaseError): Promise<void> {
    const lead = this.#lead;
    if (!lead || this.#pool !== pool || this.#isJudging) return;
    this.#isJudging = true;
    try {
      const reason = await inTime(lead.client, this.#refusalOf(lead.client), this.#patience);
      if (this.#lead !== lead) return;
      if (reason === undefined) {
        this.#outages.refusesStatement(error);
      } else {
        this.#outages.foundNone([{ is: 'unfit', reason }], []);
        this.#giveUpConnections(error);
      }
    } catch (failure) {
      if (this.#lead === lead) this.#giveUpConnections(failure);
    } finally {
      this.#isJudging = false;
    }
  }

  #goUp(lead: Primary): void {
    this.#hosts.use(lead);
    this.#lead = lead;
    this.#pool = new TrackedPool(lead.config, lead.server.startedAt, this.#patience);
    this.#outages.isUp();
    for (const listener of [...this.#upListeners]) listener();
    this.#news.mayBeMissed();
  }

  #goDown(cause: unknown): void {
    this.#lead = undefined;
    // The next one may be another server.
    this.#pool?.destroy();
    this.#pool = undefined;
    if (!this.#isClosing) this.#outages.isDown(cause);
  }

  #giveUpConnections(cause: unknown): void {
    const lead = this.#lead;
    this.#goDown(cause);
    if (lead) giveUp(lead, cause);
  }
}

function isFromOther(error: unknown): boolean {
  return (
    error instanceof OtherServer ||
    error instanceof RefusedConnection ||
    (error instanceof pg.DatabaseError && error.code === '25006')
  );
}

/** A permission is missing, or a schema, table, column or function: no data of a call makes a statement of the ledger fail so. */
function isOfSchema(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^(?:42|3F)/.test(error.code ?? '');
}
