import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import { noMeters, type Alarm } from '../../src/meters.js';
import type { PostgresConnection, PostgresConnectionSettings } from '../../src/postgres/postgres-connection.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { claimOf, keyed, leaseOf, placedAs, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { placementSpec } from '../../src/ledger/placement.js';
import { describeOnPostgres, startPostgres, startStandby, type TestPostgres } from '../support/start-postgres.js';
import { freePort } from '../support/redis-process.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, logTo, nextUp } from './connections.js';

const one = { text: 'SELECT 1 AS one' };

describeOnPostgres('when PostgreSQL fails, the ledger', () => {
  let postgres: TestPostgres;
  const opened: PostgresConnection[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    postgres = await startPostgres({ fsync: 'on', full_page_writes: 'on' });
  });
  afterEach(async () => {
    postgres.thaw();
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await Promise.all(closing.splice(0).map((close) => close()));
    await postgres.close();
  });

  function open(more: Partial<PostgresConnectionSettings> = {}, url = postgres.url) {
    const connection = connectionTo(url, more);
    opened.push(connection);
    // No lease runs out while a busy machine is about it.
    const ledger = new PostgresLedger(connection, { clock: new TestClock(), nowMs: () => Date.UTC(2026, 10, 21) });
    return { connection, ledger, calls: callsOn(ledger) };
  }

  async function openUp(more: Partial<PostgresConnectionSettings> = {}, url = postgres.url) {
    const state = open(more, url);
    await nextUp(state.connection);
    return state;
  }

  /** Carries bytes to PostgreSQL and back, until it is told to keep the answers. */
  async function startRelay() {
    const port = Number(new URL(postgres.url).port);
    let farPort = port;
    const sockets: Socket[] = [];
    const muted = new Set<Socket>();
    let isMute = false;
    let heard = 0;
    const server: Server = createServer((near) => {
      const far = connect(farPort, '127.0.0.1');
      sockets.push(near, far);
      near.on('data', (bytes) => far.write(bytes)).on('close', () => far.destroy());
      far
        .on('close', () => near.destroy())
        .on('data', (bytes) => {
          if (isMute || muted.has(far)) heard += 1;
          else near.write(bytes);
        });
      for (const socket of [near, far]) socket.on('error', () => undefined);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    });
    return {
      url: postgres.url.replace(`:${port}/`, `:${(server.address() as AddressInfo).port}/`),
      mute: () => {
        isMute = true;
      },
      /** Of the connection that was made last alone. */
      muteLast: () => {
        muted.add(sockets.at(-1)!);
      },
      heard: () => heard,
      /** For whoever connects from now on. */
      leadTo: (other: TestPostgres) => {
        farPort = Number(new URL(other.url).port);
      },
      cut: () => {
        isMute = false;
        for (const socket of sockets.splice(0)) socket.destroy();
      },
    };
  }

  /** Why the log says that the database is gone. */
  function gone(lines: readonly string[]): unknown {
    const [line = '{}', ...more] = lines.filter((one) => one.includes('the database is gone'));
    expect(more).toEqual([]);
    return (JSON.parse(line) as { err?: unknown }).err;
  }

  test('is unavailable, and certainly wrote nothing, while nobody listens; the log says so once, without the password', async () => {
    await postgres.stop();
    const lines: string[] = [];
    const { connection, calls } = open({ log: logTo(lines) });
    expect(connection.isUp).toBe(false);
    await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    await until(() => lines.length > 0);
    expect(gone(lines)).toMatchObject({ code: 'ECONNREFUSED' });
    const up = nextUp(connection);
    await postgres.start();
    await up;
    expect(lines.filter((line) => line.includes('the database is gone'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('the database is back'))).toHaveLength(1);
    expect(await calls.look(keyed('call'), question)).toEqual({ is: 'free' });
  });

  test('does not tell a password that is refused, and says why it is', async () => {
    const lines: string[] = [];
    open({ log: logTo(lines) }, postgres.url.replace(':password@', ':hunter2@'));
    await until(() => lines.length > 0);
    expect(lines.join('')).toMatch('28P01');
    expect(lines.join('')).not.toMatch('hunter2');
  });

  test('may have made a commit whose answer was lost, and does not send it again by itself', async () => {
    const relay = await startRelay();
    const { connection, calls } = await openUp({}, relay.url);
    await calls.claim(keyed('call'), claimOf('a'));
    relay.mute();
    const marked = calls.markSending(keyed('call'), leaseOf('a'));
    const refused = expect(marked).rejects.toThrow(StoreUnavailable);
    await until(() => relay.heard() > 0);
    const up = nextUp(connection);
    relay.cut();
    await refused;
    await up;
    const rows = await postgres.ask<{ value: { state: string } }>('SELECT value FROM outdial.ledger');
    expect(rows.map(({ value }) => value.state)).toEqual(['claimed']);
  });

  test('finds a commit whose answer was lost made, where it was', async () => {
    const relay = await startRelay();
    const { connection, ledger } = await openUp({}, relay.url);
    const view = new LedgerView(ledger);
    const count = () =>
      view.apply([{ key: placementSpec('contact').key, keptForMs: () => 60_000 }], ([counted = 0]) => ({
        next: [{ record: (counted as number) + 1 }],
        answer: (counted as number) + 1,
      }));
    expect(await count()).toBe(1);
    relay.mute();
    const lost = expect(count()).rejects.toThrow(StoreUnavailable);
    await until(() => relay.heard() > 0);
    const up = nextUp(connection);
    relay.cut();
    await lost;
    await up;
    expect(await postgres.ask('SELECT value FROM outdial.ledger')).toEqual([{ value: 2 }]);
    expect(await count()).toBe(3);
  });

  test('keeps what it acknowledged when the server is killed, and comes back with it', async () => {
    const lines: string[] = [];
    const { connection, calls } = await openUp({ log: logTo(lines) });
    await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
    const hanging = expect(
      Promise.all(Array.from({ length: 20 }, (_none, index) => calls.claim(keyed(`call ${index}`), claimOf('a')))),
    );
    const stopped = postgres.stop();
    await hanging.rejects.toThrow(StoreUnavailable).catch(() => undefined);
    // The connections may end before the process does, which still owns its files then.
    await stopped;
    await until(() => !connection.isUp);
    expect(gone(lines)).toMatchObject({ message: expect.any(String) as unknown });
    const up = nextUp(connection);
    await postgres.start();
    await up;
    expect(await calls.look(keyed('placed call'), question)).toMatchObject({ is: 'placed' });
  });

  test('gives up a frozen server in time, logs that, and goes on when it thaws', async () => {
    const lines: string[] = [];
    const { connection, calls } = await openUp({ log: logTo(lines), timeoutMs: 1_000 });
    postgres.freeze();
    const startMs = performance.now();
    await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - startMs).toBeGreaterThan(900);
    await until(() => !connection.isUp);
    expect(gone(lines)).toMatchObject({ message: 'the database did not answer in time' });
    const up = nextUp(connection);
    postgres.thaw();
    await up;
  });

  test('goes on where one connection of the pool is ended, and connects again where the leading one is', async () => {
    const lines: string[] = [];
    const { connection, calls } = await openUp({ log: logTo(lines) });
    await calls.claim(keyed('call'), claimOf('a'));
    const end = (query: string) =>
      postgres.ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'outdial' AND query ${query}`,
      );
    await end("NOT LIKE 'LISTEN%'");
    expect(connection.isUp).toBe(true);
    const told = new Promise<void>((resolve) => {
      calls.changed(keyed('call'), resolve);
    });
    await end("LIKE 'LISTEN%'");
    await told;
    expect(gone(lines)).toMatchObject({ code: '57P01' });
    expect(lines.join('')).not.toMatch(/:password@|"password"/);
    const toldAgain = new Promise<void>((resolve) => {
      calls.changed(keyed('placed call'), resolve);
    });
    await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
    await toldAgain;
  });

  test('gives up a connection whose answer was lost on its way, and no other, once the server says that it has answered', async () => {
    const relay = await startRelay();
    const lines: string[] = [];
    const { calls } = await openUp({ log: logTo(lines), poolMax: 1, timeoutMs: 6_000 }, relay.url);
    await calls.claim(keyed('call'), claimOf('a'));
    relay.muteLast();
    await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    expect(relay.heard()).toBeGreaterThan(0);
    expect(await calls.claim(keyed('call'), claimOf('a'))).toMatchObject({ is: 'mine' });
    expect(lines.join('')).not.toMatch('the database is gone');
  });

  test('keeps nobody waiting for a connection of a server that is gone', async () => {
    const { connection } = await openUp({ poolMax: 1, timeoutMs: 1_000_000 });
    const running = expect(connection.query({ text: 'SELECT pg_sleep(3600)' })).rejects.toThrow(StoreUnavailable);
    await until(
      async () => (await postgres.ask("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length > 0,
    );
    const waiting = expect(connection.query(one)).rejects.toThrow(StoreUnavailable);
    await postgres.stop();
    await Promise.all([running, waiting]);
  });

  test('gives up a record that another commit holds for too long, and keeps its connections', async () => {
    const { connection, calls } = await openUp({ timeoutMs: 3_000, poolMax: 1 });
    await calls.claim(keyed('free'), claimOf('a'));
    const holder = connectionTo(postgres.adminUrl);
    opened.push(holder);
    await nextUp(holder);
    const lock = "pg_advisory_lock(hashtextextended('call:' || 'held', 0))";
    await holder.query({ text: `SELECT ${lock}` });
    const first = calls.claim(keyed('held'), claimOf('a'));
    // It waits for the connection, and has only a moment left then: its time ends here, not on the server.
    const second = expect(calls.claim(keyed('held'), claimOf('b'))).rejects.toThrow(StoreUnavailable);
    await expect(first).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: { message: expect.stringMatching(/canceling statement due to (?:lock|statement) timeout/) },
    });
    await second;
    expect(connection.isUp).toBe(true);
    expect(await postgres.ask("SELECT id FROM outdial.ledger WHERE id = 'held'")).toEqual([]);
  });

  test('counts a commit as perhaps made whose wait for a synchronous standby was cancelled', async () => {
    const { calls } = await openUp();
    await postgres.ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    await postgres.ask('SELECT pg_reload_conf()');
    const waiting = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial' AND wait_event = 'SyncRep'";
    const claimed = expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: { message: expect.stringContaining('canceling wait for synchronous replication') },
    });
    await until(async () => (await postgres.ask(waiting)).length > 0);
    await postgres.ask(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS waiting`);
    await claimed;
    expect(await postgres.ask('SELECT id FROM outdial.ledger')).toHaveLength(1);
  });

  test('does not cancel a commit that waits for a synchronous standby too long', async () => {
    const { connection, calls } = await openUp({ timeoutMs: 1_000 });
    await postgres.ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    await postgres.ask('SELECT pg_reload_conf()');
    await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    const waiting = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial' AND wait_event = 'SyncRep'";
    expect(await postgres.ask(waiting)).toHaveLength(1);
    await connection.close();
    await postgres.ask("ALTER SYSTEM SET synchronous_standby_names = ''");
    await postgres.ask('SELECT pg_reload_conf()');
    await until(async () => (await postgres.ask(waiting)).length === 0);
    expect(await postgres.ask('SELECT id FROM outdial.ledger')).toHaveLength(1);
  });

  test('does not use a standby, and says so', async () => {
    const standby = await startStandby(postgres);
    closing.push(() => standby.close());
    const lines: string[] = [];
    const counted: Alarm[] = [];
    const meters = { ...noMeters, alarmRaised: (alarm: Alarm) => counted.push(alarm) };
    const { connection } = open({ log: logTo(lines), meters }, standby.url);
    await until(() => connection.refusals.length > 0);
    expect(connection.refusals).toEqual([
      'DATABASE_URL leads to a standby: give the address of the primary, or those of all hosts',
    ]);
    expect(connection.isUp).toBe(false);
    expect(lines.filter((line) => line.includes('ALARM: DATABASE_URL leads to a standby'))).toHaveLength(1);
    expect(counted).toEqual(['database']);
  });

  test('does not use a database that is read-only, says so, and goes on when it is not', async () => {
    const lines: string[] = [];
    const { connection, calls } = await openUp({ log: logTo(lines) });
    const readOnly = async (value: string) => {
      await postgres.ask(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await postgres.ask('SELECT pg_reload_conf()');
    };
    await readOnly('on');
    await until(async () => {
      await calls.claim(keyed('call'), claimOf('a')).catch(() => undefined);
      return connection.refusals.length > 0;
    });
    expect(connection.refusals).toEqual([
      'DATABASE_URL leads to a database that is read-only: see default_transaction_read_only',
    ]);
    expect(lines.filter((line) => line.includes('ALARM: DATABASE_URL leads to a database that is'))).toHaveLength(1);
    const up = nextUp(connection);
    await readOnly('off');
    await up;
    await calls.recordPlaced(keyed('call'), placedAs('contact'));
  });

  test('tries several hosts in their order, and goes on with a standby once it is promoted', async () => {
    const standby = await startStandby(postgres);
    closing.push(() => standby.close());
    const nobody = `127.0.0.1:${await freePort()}`;
    const hosts = [nobody, ...[standby, postgres].map(({ url }) => new URL(url).host)];
    const lines: string[] = [];
    const url = postgres.url.replace(new URL(postgres.url).host, hosts.join());
    const { connection, calls } = await openUp({ log: logTo(lines) }, url);
    await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
    const lsn = await postgres.ask<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    await until(async () => {
      const [row] = await standby.ask<{ done: boolean }>(`SELECT pg_last_wal_replay_lsn() >= '${lsn[0]!.lsn}' AS done`);
      return row?.done === true;
    });
    await postgres.stop();
    await until(() => !connection.isUp);
    const up = nextUp(connection);
    await standby.ask('SELECT pg_promote()');
    await up;
    expect(await calls.look(keyed('placed call'), question)).toMatchObject({ is: 'placed' });
    // While a host is away, a standby is what is left of a failover.
    expect(connection.refusals).toEqual([]);
    expect(lines.join('')).not.toMatch('ALARM');
    expect(await connection.query(one)).toEqual([{ one: 1 }]);
  });

  test('asks one server alone, and hears its news, where its address leads to another one by now', async () => {
    const other = await startStandby(postgres);
    closing.push(() => other.close());
    await other.ask('SELECT pg_promote()');
    const relay = await startRelay();
    const { connection, calls } = await openUp({}, relay.url);
    relay.leadTo(other);
    const up = nextUp(connection);
    await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    await up;
    const told = new Promise<void>((resolve) => {
      calls.changed(keyed('call'), resolve);
    });
    await calls.recordPlaced(keyed('call'), placedAs('contact'));
    await told;
    expect(await other.ask('SELECT id FROM outdial.ledger')).toHaveLength(1);
    const sessions = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial'";
    await until(async () => (await postgres.ask(sessions)).length === 0);
  });

  test('keeps a connection of the pool whose statement was refused', async () => {
    const { connection } = await openUp();
    const pid = { text: 'SELECT pg_backend_pid() AS pid' };
    const before = await connection.query(pid);
    await expect(connection.query({ text: 'SELECT 1 / 0' })).rejects.toThrow(StoreUnavailable);
    expect(await connection.query(pid)).toEqual(before);
  });
});
