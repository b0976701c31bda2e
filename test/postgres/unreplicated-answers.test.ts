import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { KeyedHash } from '../../src/keyed-hash.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { claimOf, keyed, placedAs, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import type { PostgresReplication } from '../support/postgres-replication.js';
import { describeOnPostgres, startSynchronousPair, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, nextUp } from './connections.js';

const waitingForStandby = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial' AND wait_event = 'SyncRep'";

type Calls = ReturnType<typeof callsOn>;

/** What is answered from the record of a placed call. */
const steps: Readonly<Record<string, (calls: Calls, id: KeyedHash) => Promise<unknown>>> = {
  claim: (calls, id) => calls.claim(id, claimOf('b')),
  look: (calls, id) => calls.look(id, question),
  'same record again': (calls, id) => calls.recordPlaced(id, placedAs('contact')),
  'record of a second contact': (calls, id) => calls.recordPlaced(id, placedAs('other')),
};

describeOnPostgres('where the wait for a synchronous standby was cancelled', () => {
  let pair: PostgresReplication;
  let primary: TestPostgres;
  let standby: TestPostgres;
  const opened: PostgresConnection[] = [];

  beforeEach(async () => {
    pair = await startSynchronousPair();
    primary = pair.primary;
    standby = pair.standbys[0]!;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await pair.close();
  });

  async function open(timeoutMs = 60_000) {
    const connection = connectionTo(primary.url, { timeoutMs });
    opened.push(connection);
    await nextUp(connection);
    return callsOn(new PostgresLedger(connection, { clock: new TestClock(), nowMs: () => Date.UTC(2026, 10, 21) }));
  }

  /** Records of placed calls that the primary shows, and the standby lacks. */
  async function recordWithoutStandby(...names: readonly string[]) {
    const calls = await open();
    await standby.stop();
    const recorded = names.map((name) =>
      expect(calls.recordPlaced(keyed(name), placedAs('contact'))).rejects.toMatchObject({
        cause: { message: expect.stringContaining('canceling wait for synchronous replication') },
      }),
    );
    // All at once, and so in one commit.
    await until(async () => (await primary.ask(waitingForStandby)).length > 0);
    await primary.ask(`SELECT pg_cancel_backend(pid) FROM (${waitingForStandby}) AS waiting`);
    await Promise.all(recorded);
    expect(await primary.ask('SELECT id FROM outdial.ledger')).toHaveLength(names.length);
  }

  test('nothing is answered before the standby has what the answer rests on', async () => {
    const names = Object.keys(steps);
    await recordWithoutStandby(...names);
    const calls = await open(1_500);
    // What is answered at once was acknowledged, and the failover forgets it.
    const asked = names.map((name) => steps[name]!(calls, keyed(name)));
    const answers = (await Promise.allSettled(asked)).map(({ status }, index) => ({ [names[index]!]: status }));
    await primary.stop();
    await standby.start();
    await pair.promote();
    expect(await standby.ask('SELECT id FROM outdial.ledger')).toEqual([]);
    expect(answers).toEqual(names.map((name) => ({ [name]: 'rejected' })));
  });

  test('a claim is answered once the standby is back', async () => {
    await recordWithoutStandby('call');
    const claimed = (await open()).claim(keyed('call'), claimOf('b'));
    await until(async () => (await primary.ask(waitingForStandby)).length > 0);
    await standby.start();
    expect(await claimed).toMatchObject({ is: 'placed', facts: { contactId: 'contact' } });
    await primary.stop();
    await pair.promote();
    expect(await standby.ask('SELECT id FROM outdial.ledger')).toEqual([{ id: 'call' }]);
  });
});
