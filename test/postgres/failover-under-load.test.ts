import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { startCallsUnderLoad, type CallsUnderLoad } from '../support/calls-under-load.js';
import { describeOnPostgres, startPostgres, startStandby, type TestPostgres } from '../support/start-postgres.js';
import { until } from '../support/until.js';

describeOnPostgres('a synchronous standby that is promoted under load', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  let load: CallsUnderLoad;

  beforeAll(async () => {
    primary = await startPostgres({ fsync: 'on', full_page_writes: 'on' });
    standby = await startStandby(primary);
    await primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.ask('SELECT pg_reload_conf()');
    await until(
      async () => (await primary.ask("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")).length > 0,
    );
    const hosts = [primary, standby].map(({ url }) => new URL(url).host).join();
    load = await startCallsUnderLoad({ DATABASE_URL: primary.url.replace(new URL(primary.url).host, hosts) });
  });
  afterAll(async () => {
    await load.stop();
    await Promise.all([primary, standby].map((server) => server.close()));
  });

  /** The postmaster and all its children at once, as when a machine loses its power. */
  async function killMachine(server: TestPostgres) {
    const of = (pid: number | string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const [other] = await server.ask<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    );
    const [, postmaster = ''] = /^PPid:\s+(\d+)$/m.exec(of(other!.pid, 'status')) ?? [];
    const children = of(postmaster, `task/${postmaster}/children`).trim().split(' ');
    for (const pid of [postmaster, ...children]) process.kill(Number(pid), 'SIGKILL');
  }

  test('loses no call that was acknowledged, and leaves no caller without an answer', async () => {
    const report = await load.placeThroughout(async () => {
      await killMachine(primary);
      await standby.ask('SELECT pg_promote()');
    });
    const ids = [...report.acknowledged.values()];
    const placements = await standby.ask<{ id: string }>("SELECT id FROM outdial.ledger WHERE kind = 'placement'");
    const kept = new Set(placements.map(({ id }) => id));
    expect(ids.filter((id) => !kept.has(id))).toEqual([]);
    // From the records, on whichever replica, without another word to Connect.
    expect(await load.askAgain(report)).toEqual({ ids, requests: 0 });
    expect(report.rung).toBe(ids.length);
  });
});
