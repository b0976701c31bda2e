import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  afterReading,
  ignore,
  inTime,
  refusedConnection,
  serverOf,
  timedOut,
  type Patience,
} from './postgres-server.js';

export interface Statement {
  /** The server parses a statement of one name once for each connection. */
  readonly name?: string;
  readonly text: string;
}

interface Notice {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * A pool that can be given up at once, with all that waits for it. A connection whose statement is not answered in time stays one of the pool's until it is answered, so that the
 * server never works on more statements than the pool has connections.
 */
export class TrackedPool {
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  /** On which something is under way that nobody waits for any more. */
  readonly #abandoned = new Set<pg.PoolClient>();
  /** pg-pool leaves those that wait for a connection waiting when it is ended. */
  readonly #waiting = new Set<(error: Error) => void>();

  /** Of connections to the very server that started at `startedAt`. */
  constructor(config: pg.PoolConfig, startedAt: string, patience: Patience) {
    // Another server can take the place of the primary behind one address, whose news nobody would hear.
    const verify = (client: pg.PoolClient, done: (error?: Error) => void) => {
      inTime(client, serverOf(client), patience).then(
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
    const answered = this.#run<Row>(client, statement, values);
    let cancel: () => void = ignore;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = afterReading(leftMs, () => {
        this.#abandoned.add(client);
        reject(new Error(timedOut));
      });
    });
    try {
      return await Promise.race([answered, late]);
    } finally {
      cancel();
    }
  }

  /** The processes of the server that work on something that nobody waits for any more. */
  get abandoned(): readonly number[] {
    return [...this.#abandoned].map(processOf);
  }

  /** Ends the connections of these processes. */
  end(processes: readonly number[]): void {
    for (const client of this.#abandoned) if (processes.includes(processOf(client))) client.connection.stream.destroy();
  }

  async #run<Row extends object>(
    client: pg.PoolClient,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    let warning: string | undefined;
    const onNotice = ({ code, message }: Notice) => {
      if (code !== undefined && !code.startsWith('00')) warning = message;
    };
    client.on('notice', onNotice);
    let failure: unknown;
    try {
      const { rows } = await client.query({ ...statement, values: [...values] });
      if (warning !== undefined) throw new Error(`the database warned: ${warning}`);
      return rows as Row[];
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.off('notice', onNotice);
      this.#abandoned.delete(client);
      // A statement that the server refused leaves a connection as it was; with any other error nobody knows what is still under way on it.
      client.release(failure === undefined || isRefusedStatement(failure) ? undefined : (failure as Error));
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
      throw refusedConnection(error) === undefined ? error : new RefusedConnection(error);
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

/** The server refused a new connection, though others to it stand: the role may no longer log in, or has another password by now. */
export class RefusedConnection extends Error {
  constructor(cause: unknown) {
    super('the server refuses new connections', { cause });
  }
}

/** Errors of the classes 08 and 57P end the connection. */
function isRefusedStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(?:08|57P|25006)/.test(error.code ?? '08');
}

/** Its types do not know the number that the server gave the session. */
function processOf(client: pg.PoolClient): number {
  return (client as pg.PoolClient & { readonly processID: number }).processID;
}
