import type pg from 'pg';
import { readPostgresUrl } from './postgres-url.js';

/** How each host of the URL is connected to, in their order. */
export function configsOf(url: string, timeoutMs: number, max: number): readonly pg.PoolConfig[] {
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
    // What is set for the role or the database does not count: of a commit that may not be kept only a warning tells, and the session that hears the news is idle.
    options:
      '-c default_transaction_isolation=read\\ committed -c client_min_messages=warning -c idle_session_timeout=0',
    sslnegotiation: 'postgres',
    max,
    connectionTimeoutMillis: timeoutMs,
    // A little sooner than the client gives up. Neither ends the wait of a commit for a synchronous standby.
    statement_timeout: Math.ceil(0.9 * timeoutMs),
    lock_timeout: Math.ceil(0.9 * timeoutMs),
    idle_in_transaction_session_timeout: 2 * timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 600,
  }));
}
