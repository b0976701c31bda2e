import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '../../src/ledger/postgres/migrations.js';
import type { PostgresConnection, PostgresConnectionSettings } from '../../src/postgres/postgres-connection.js';
import { connectToPrimary } from '../../src/postgres/postgres-hosts.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { freePort } from '../support/redis-process.js';
import { describeOnPostgres, startPostgres, startStandby, type TestPostgres } from '../support/start-postgres.js';
import { until } from '../support/until.js';
import { connectionTo, logTo, nextUp } from './connections.js';

const host = { text: 'SELECT inet_server_port() AS port' };
const former = 'DATABASE_URL leads to a former primary, which takes writes though another server was promoted: stop it';

describeOnPostgres('among several hosts', () => {
  const opened: PostgresConnection[] = [];
  const servers: TestPostgres[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  async function startPair() {
    const primary = await startPostgres();
    servers.push(primary);
    const standby = await startStandby(primary);
    servers.push(standby);
    return { primary, standby };
  }

  const portOf = ({ url }: TestPostgres) => Number(new URL(url).port);

  function urlOf(...hosts: readonly (TestPostgres | number)[]): string {
    const [{ url } = { url: '' }] = servers;
    const ports = hosts.map((one) => (typeof one === 'number' ? one : portOf(one)));
    return url.replace(new URL(url).host, ports.map((port) => `127.0.0.1:${port}`).join());
  }

  const asOwner = (url: string) => url.replace('outdial:password', 'owner:owner-password');

  function open(url: string, more: Partial<PostgresConnectionSettings> = {}) {
    const lines: string[] = [];
    const connection = connectionTo(url, { log: logTo(lines), ...more });
    opened.push(connection);
    const alarms = () => lines.filter((line) => line.includes(`ALARM: ${former}`));
    const leadsTo = async () => (await connection.query<{ port: number }>(host))[0]?.port;
    return { connection, alarms, leadsTo };
  }

  describe('a former primary that still takes writes', () => {
    let primary: TestPostgres;
    let standby: TestPostgres;
    beforeAll(async () => {
      ({ primary, standby } = await startPair());
    });

    test('is left for the standby that was promoted, while its connections stand', async () => {
      const { connection, alarms, leadsTo } = open(urlOf(primary, standby), { lookEveryMs: 50 });
      await nextUp(connection);
      expect(await leadsTo()).toBe(portOf(primary));
      await standby.ask('SELECT pg_promote()');
      await until(async () => (await leadsTo().catch(() => 0)) === portOf(standby));
      expect(alarms()).toHaveLength(1);
      expect(connection.refusals).toEqual([]);
    });

    test('is not used, though it comes first; the log says so once', async () => {
      const { connection, alarms, leadsTo } = open(urlOf(primary, standby));
      await nextUp(connection);
      expect(await leadsTo()).toBe(portOf(standby));
      expect(alarms()).toHaveLength(1);
      expect(connection.refusals).toEqual([]);
    });

    test('is not migrated', async () => {
      await standby.ask('DROP SCHEMA outdial CASCADE');
      const client = await connectToPrimary(asOwner(urlOf(primary, standby)));
      expect(await migrate(client)).toContain('0001-ledger');
      await client.end();
      expect(await standby.ask('SELECT id FROM outdial.migrations')).not.toEqual([]);
    });

    test('is refused by whoever saw the other one, also when that is gone', async () => {
      const { connection } = open(urlOf(primary, standby));
      await nextUp(connection);
      await standby.stop();
      await until(() => connection.refusals.length > 0);
      expect(connection.refusals).toEqual([former]);
      await expect(connection.query(host)).rejects.toThrow(StoreUnavailable);
      const up = nextUp(connection);
      await standby.start();
      await up;
    });

    test('is told from no other where servers do not tell their timeline: the first one is used', async () => {
      for (const server of [primary, standby])
        await server.ask('REVOKE EXECUTE ON FUNCTION pg_control_system FROM PUBLIC');
      const { connection, leadsTo } = open(urlOf(primary, standby));
      await nextUp(connection);
      expect(await leadsTo()).toBe(portOf(primary));
    });
  });

  test('two standbys that were both promoted are refused, and none is migrated', async () => {
    const { primary, standby } = await startPair();
    const other = await startStandby(primary);
    servers.push(other);
    await primary.stop();
    for (const server of [standby, other]) await server.ask('SELECT pg_promote()');
    const { connection } = open(urlOf(standby, other));
    await until(() => connection.refusals.length > 0);
    const refused = 'DATABASE_URL leads to two primaries that were promoted from the same one';
    expect(connection.refusals).toEqual([expect.stringContaining(refused)]);
    await expect(connectToPrimary(urlOf(standby, other))).rejects.toThrow(refused);
    const up = nextUp(connection);
    await other.stop();
    await up;
  });

  test('a migration is refused by a standby alone, and says that a host is away where one is', async () => {
    const { standby } = await startPair();
    await expect(connectToPrimary(urlOf(standby))).rejects.toThrow('DATABASE_URL leads to a standby');
    await expect(connectToPrimary(urlOf(await freePort(), standby))).rejects.toThrow('ECONNREFUSED');
  });
});
