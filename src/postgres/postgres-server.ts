import pg from 'pg';

export interface Server {
  /** Why nothing can be written there. */
  readonly refused?: 'standby' | 'read-only' | undefined;
  /** To the microsecond: tells one server from another, also from a copy of itself. */
  readonly startedAt: string;
}

/** Which history of commits a server continues. A promotion begins the next timeline of the same system, so that a former primary is on an earlier one. */
export interface Timeline {
  readonly system: string;
  readonly number: number;
}

export const timedOut = 'the database did not answer in time';

export const ignore = () => undefined;

export async function serverOf(client: pg.ClientBase): Promise<Server> {
  const { rows } = await client.query<Server>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' WHEN current_setting('transaction_read_only') = 'on' THEN 'read-only' END AS refused,
      extract(epoch FROM pg_postmaster_start_time())::text AS "startedAt"`,
  );
  const { refused, startedAt } = rows[0]!;
  return { refused: refused ?? undefined, startedAt };
}

/** Of a standby that of its last restart point, at least. Undefined where the server does not tell, as one whose storage is not PostgreSQL's own (Amazon Aurora). */
export async function timelineOf(client: pg.ClientBase): Promise<Timeline | undefined> {
  try {
    // The control file of a server names its new timeline only some time after its promotion, the names of its write-ahead log at once.
    const { rows } = await client.query<Timeline>(
      `SELECT (pg_control_system()).system_identifier::text AS system,
        CASE WHEN pg_is_in_recovery() THEN (pg_control_checkpoint()).timeline_id
          ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS number`,
    );
    return rows[0];
  } catch (error) {
    if (error instanceof pg.DatabaseError) return undefined;
    throw error;
  }
}

/** What to say of a server that refused a connection for the role, its password or the database, and what to do; undefined of every other error. */
export function refusedConnection(error: unknown): string | undefined {
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  if (!/^(?:28|3D000|42501)/.test(code)) return undefined;
  const advice =
    code === '42501'
      ? 'give the role CONNECT on the database, as by GRANT CONNECT ON DATABASE'
      : 'check the role, its password and the database';
  return `a server that refuses the connection (${code}): ${advice}`;
}

/** How long a client may take for a piece of work, and until when anybody needs it. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Calls back after `ms`, unless it is called off, and after what came meanwhile was read: a process that stood still finds its timers due before it reads its sockets. */
export function afterReading(ms: number, callback: () => void): () => void {
  let reading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    reading = setImmediate(callback);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(reading);
  };
}

/** What `work` of `client` comes to, whose connection is given up where it takes too long or nobody needs it any more. */
export async function inTime<T>(
  client: pg.Client | pg.PoolClient,
  work: Promise<T>,
  { timeoutMs, signal }: Patience,
): Promise<T> {
  const giveUp = () => client.connection.stream.destroy(new Error(timedOut));
  if (signal.aborted) giveUp();
  const cancel = afterReading(timeoutMs, giveUp);
  signal.addEventListener('abort', giveUp);
  try {
    return await work;
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}
