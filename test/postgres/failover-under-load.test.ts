import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCallsUnderLoad, type CallsUnderLoad } from '../support/calls-under-load.js';
import type { PostgresReplication } from '../support/postgres-replication.js';
import { describeOnPostgres, startSynchronousPair } from '../support/start-postgres.js';
import { until } from '../support/until.js';

describeOnPostgres('a synchronous standby that is promoted under load', () => {
  let pair: PostgresReplication;
  let load: CallsUnderLoad;

  beforeAll(async () => {
    pair = await startSynchronousPair();
    load = await startCallsUnderLoad({ DATABASE_URL: pair.url });
  });
  afterAll(async () => {
    await load.stop();
    await pair.close();
  });

  test('loses no call that was acknowledged, and leaves no caller without an answer', async () => {
    const report = await load.placeThroughout(async () => {
      await pair.primary.kill();
      await pair.promote();
      // Until there is another one, each commit waits for it.
      await pair.addStandby();
    });
    const ids = [...report.acknowledged.values()];
    const placements = () => pair.primary.ask<{ id: string }>("SELECT id FROM outdial.ledger WHERE kind = 'placement'");
    // What was placed while there was no standby is written once there is one.
    await until(async () => {
      const kept = new Set((await placements()).map(({ id }) => id));
      return ids.every((id) => kept.has(id));
    });
    // From the records, on whichever replica, without another word to Connect.
    expect(await load.askAgain(report)).toEqual({ ids, requests: 0 });
    expect(report.rung).toBe(ids.length);
  });
});
