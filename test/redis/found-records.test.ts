import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Committed, LedgerStore, RecordKey } from '../../src/ledger/ledger.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { keyed } from '../ledger/call-fixture.js';
import { newPrefix, openRedisLedger } from '../ledger/ledgers.js';
import { startRedisReplication, type RedisReplication } from '../support/redis-replication.js';
import { describeOnRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const key: RecordKey = { kind: 'call', id: keyed('call') };
const found = { version: 'v1', changedAtMs: 1, value: { is: 'placed' } };

/** From Redis 7.2 on, and in Valkey, a WAIT behind a script that only reads waits for nothing. Whatever the version, what is found goes the way of a write. */
describeOnRedis('a record that another connection wrote and a ledger finds whose writes a replica must have', () => {
  const clock = new TestClock();
  let pair: RedisReplication;
  let prefix: string;
  /** Does not wait for the replica. */
  let other: LedgerStore;
  let ledger: LedgerStore;
  const closings: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    pair = await startRedisReplication();
    prefix = newPrefix();
    const settings = { prefix, clock, nowMs: () => clock.now() };
    const address = { kind: 'server', url: pair.primary.url } as const;
    const plain = await openRedisLedger(address, settings);
    const waiting = await openRedisLedger(address, { ...settings, replicas: 1, replicasTimeoutMs: 50 });
    closings.push(
      () => plain.close(),
      () => waiting.close(),
    );
    [other, ledger] = [plain.ledger, waiting.ledger];
  });
  afterEach(async () => {
    pair.resume();
    await Promise.all(closings.splice(0).map((close) => close()));
    await pair.close();
  });

  const write = () => other.commit([{ key, version: undefined, next: found, keptForMs: 60_000 }], clock.now(), []);
  const look = (version?: string) => ledger.commit([{ key, version }], clock.now(), []);
  /** On a busy machine the replica may take longer than it has. */
  async function lookUntilAnswered(version?: string): Promise<Committed> {
    let answer: Committed | undefined;
    await until(async () => {
      answer = await look(version).catch(() => undefined);
      return answer !== undefined;
    });
    return answer!;
  }
  const name = () => `${prefix}ledger:call:{call}`;

  /** The commands that came to the replica since the last time. */
  async function copied(): Promise<readonly string[]> {
    const [replica] = pair.replicas;
    const port = String(replica!.port);
    await pair.primary.ask('HSET', 'marker', 'port', port);
    while ((await replica!.ask('HGET', 'marker', 'port')) !== port);
    const stats = String(await replica!.ask('INFO', 'commandstats'));
    await pair.primary.ask('DEL', 'marker');
    while ((await replica!.ask('EXISTS', 'marker')) !== 0);
    await replica!.ask('CONFIG', 'RESETSTAT');
    return [...stats.matchAll(/^cmdstat_(\w+):/gm)].map(([, command]) => command!);
  }

  test.each([
    [
      'is answered because it has changed',
      undefined,
      { done: false, fresh: expect.objectContaining({ records: [found] }) },
    ],
    ['is answered because it has not changed', 'v1', { done: true }],
  ])('%s goes to the replica before, and expires when it would anyway', async (_what, version, answer) => {
    await write();
    await lookUntilAnswered(version);
    await copied();
    const leftMs = Number(await pair.primary.ask('PTTL', name()));
    expect(await lookUntilAnswered(version)).toEqual(answer);
    expect(await copied()).toEqual(expect.arrayContaining([expect.stringMatching(/^pexpire/)]));
    const laterMs = Number(await pair.primary.ask('PTTL', name()));
    expect(laterMs).toBeGreaterThan(0);
    expect(laterMs).toBeLessThanOrEqual(leftMs);
  });

  test('stays for ever where somebody had it stay', async () => {
    await write();
    await pair.primary.ask('PERSIST', name());
    const before = await pair.primary.ask('GET', name());
    await lookUntilAnswered();
    await copied();
    await lookUntilAnswered();
    expect(await copied()).toContain('set');
    expect(await pair.primary.ask('PTTL', name())).toBe(-1);
    expect(await pair.primary.ask('GET', name())).toBe(before);
  });

  test.each([undefined, 'v1'])('is not answered before the replica has it, by version %s', async (version) => {
    await lookUntilAnswered();
    pair.stall();
    await write();
    await expect(look(version)).rejects.toThrow(StoreUnavailable);
    pair.resume();
    await lookUntilAnswered(version);
  });
});
