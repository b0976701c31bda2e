import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface Statement {
  /** The server parses a statement of one name once for each connection. */
  readonly name?: string;
  readonly text: string;
}

interface Notice {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export const ignore = () => undefined;

export const timedOut = 'the database did not answer in time';

/** A pool that can be given up at once, with all that waits for it. */
export class TrackedPool {
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  /** pg-pool leaves those that wait for a connection waiting when it is ended. */
  readonly #waiting = new Set<(error: Error) => void>();

  /** Of connections to the very server that started at `startedAt`. */
  constructor(config: pg.PoolConfig, startedAt: string) {
    // Another server can take the place of the primary behind one address, whose news nobody would hear.
    const verify = (client: pg.PoolClient, done: (error?: Error) => void) => {
      serverOf(client).then(
        (found) => {
          done(found.refused === undefined && found.startedAt === startedAt ? undefined : new OtherServer());
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
    };
    this.#pool = new pg.Pool({ ...config, verify });
    // Of a connection that nobody uses at the moment there is nobody to tell.
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client) => {
      this.#clients.add(client);
      client.on('error', ignore);
      client.once('end', () => this.#clients.delete(client));
    });
  }

  async query<Row extends object>(
    statement: Statement,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    const untilMs = performance.now() + timeoutMs;
    const client = await this.#take(timeoutMs);
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) {
      client.release();
      throw new Error(timedOut);
    }
    let warning: string | undefined;
    const onNotice = ({ code, message }: Notice) => {
      if (code !== undefined && !code.startsWith('00')) warning = message;
    };
    client.on('notice', onNotice);
    try {
      // Its types do not know the option for one query.
      const query: pg.QueryConfig & { query_timeout: number } = {
        ...statement,
        values: [...values],
        query_timeout: Math.ceil(leftMs),
      };
      const { rows } = await client.query(query);
      if (warning !== undefined) throw new Error(`the database warned: ${warning}`);
      client.off('notice', onNotice);
      client.release();
      return rows as Row[];
    } catch (error) {
      client.off('notice', onNotice);
      // A statement that the server refused leaves a connection as it was; with any other error nobody knows what is still under way on it.
      client.release(isRefusedStatement(error) ? undefined : (error as Error));
      throw error;
    }
  }

  /** Lets what runs come to its end, for a moment. */
  async close(): Promise<void> {
    await Promise.race([this.#pool.end().catch(ignore), delay(500, undefined, { ref: false })]);
    this.destroy();
  }

  /** What was sent may be done all the same. */
  destroy(): void {
    if (!this.#pool.ending) void this.#pool.end().catch(ignore);
    for (const giveUp of [...this.#waiting]) giveUp(new Error('the connections were given up'));
    for (const client of this.#clients) client.connection.stream.destroy();
  }

  async #take(timeoutMs: number): Promise<pg.PoolClient> {
    const taking = this.#pool.connect();
    let giveUp: (error: Error) => void = () => undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
    });
    const timer = setTimeout(() => {
      giveUp(new Error(timedOut));
    }, timeoutMs);
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([taking, givenUp]);
    } catch (error) {
      // It may come after all, for nobody.
      void taking.then((client) => {
        client.release();
      }, ignore);
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    }
  }
}

/** The address leads to a server where nothing can be written, or to another one than before. */
export class OtherServer extends Error {
  constructor() {
    super('the address of the database leads to another server by now, or nothing can be written there');
  }
}

export interface Server {
  /** Why nothing can be written there. */
  readonly refused?: 'standby' | 'read-only' | undefined;
  /** To the microsecond: tells one server from another, also from a copy of itself. */
  readonly startedAt: string;
}

export async function serverOf(client: pg.ClientBase): Promise<Server> {
  const { rows } = await client.query<Server>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' WHEN current_setting('transaction_read_only') = 'on' THEN 'read-only' END AS refused,
      extract(epoch FROM pg_postmaster_start_time())::text AS "startedAt"`,
  );
  const { refused, startedAt } = rows[0]!;
  return { refused: refused ?? undefined, startedAt };
}

/** Errors of the classes 08 and 57P end the connection. */
function isRefusedStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(?:08|57P|25006)/.test(error.code ?? '08');
}
