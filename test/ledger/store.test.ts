import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  mostAheadMs,
  mostBehindMs,
  recordFormat,
  type LedgerStore,
  type RecordKey,
  type Stored,
} from '../../src/ledger/ledger.js';
import { LedgerView, type RecordSpec } from '../../src/ledger/ledger-view.js';
import { RedisLedger } from '../../src/ledger/redis/redis-ledger.js';
import { createLog } from '../../src/log.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';
import { describeLedgers, newPrefix, openRedisLedger } from './ledgers.js';
import { redisClient } from '../support/redis-client.js';

const call: RecordKey = { kind: 'call', id: keyed('a-call') };
const number: RecordKey = { kind: 'window', id: keyed('a-number') };

function stored(version: string, value: unknown): Stored {
  return { version, changedAtMs: 1, value };
}

/** A record that counts. */
function counter(id: string): RecordSpec<number> {
  return { key: { kind: 'call', id: keyed(id) }, keptForMs: () => 60_000 };
}

function countUp(view: LedgerView, ...ids: readonly string[]): Promise<number> {
  return view.apply(ids.map(counter), (records) => {
    const counts = records.map((count) => (count ?? 0) + 1);
    return { next: counts.map((record) => ({ record })), answer: counts[0] ?? 0 };
  });
}

describeLedgers('a ledger', (ledgers) => {
  test('changes nothing where one version of several differs, and answers what is there', async () => {
    const { here, there } = ledgers();
    await there.commit(
      [{ key: number, version: undefined, next: stored('v1', 'there'), keptForMs: 60_000 }],
      there.nowMs(),
      [],
    );
    const writes = [
      { key: number, version: undefined, next: stored('v2', 'here'), keptForMs: 60_000 },
      { key: call, version: undefined, next: stored('v3', 'here'), keptForMs: 60_000 },
    ];
    expect(await here.commit(writes, here.nowMs(), [])).toEqual({
      done: false,
      fresh: { nowMs: expect.any(Number), records: [stored('v1', 'there'), undefined] },
    });
    expect(await there.read([number, call])).toMatchObject({ records: [stored('v1', 'there'), undefined] });
  });

  test('checks the version of a record that stays as it is', async () => {
    const { here } = ledgers();
    await here.commit(
      [{ key: number, version: undefined, next: stored('v1', 1), keptForMs: 60_000 }],
      here.nowMs(),
      [],
    );
    expect(await here.commit([{ key: number, version: 'v0' }], here.nowMs(), [])).toMatchObject({ done: false });
    expect(await here.commit([{ key: number, version: 'v1' }], here.nowMs(), [])).toEqual({ done: true });
  });

  test.each([mostAheadMs + 1, -mostBehindMs - 1])(
    'refuses a transition whose time is %i ms from its own',
    async (byMs) => {
      const { here } = ledgers();
      const write = { key: call, version: undefined, next: stored('v1', 1), keptForMs: 60_000 };
      expect(await here.commit([write], here.nowMs() + byMs, [])).toMatchObject({ done: false });
      expect(await here.commit([write], here.nowMs() + byMs - Math.sign(byMs), [])).toEqual({ done: true });
    },
  );

  test('forgets a record when its time is over, and one that is deleted at once', async () => {
    const { here, there } = ledgers();
    await here.commit([{ key: call, version: undefined, next: stored('v1', 1), keptForMs: 60_000 }], here.nowMs(), []);
    await here.commit([{ key: call, version: 'v1', next: null }], here.nowMs(), []);
    expect((await there.read([call])).records).toEqual([undefined]);
  });

  test.each(['\0', 'a\0b', '\ud800', 'a\udc00', '\\u0000', "'", '"', '{}'])(
    'finds nothing of the id %j, which a client may ask for, and what is there of others',
    async (id) => {
      const { here } = ledgers();
      const placed = { key: { kind: 'placement', id: 'contact' }, version: undefined, keptForMs: 60_000 } as const;
      await here.commit([{ ...placed, next: stored('v1', 1) }], here.nowMs(), []);
      const { records } = await here.read([{ kind: 'placement', id }, placed.key]);
      expect(records).toEqual([undefined, stored('v1', 1)]);
    },
  );

  test('loses no change, however many efforts of two replicas make it at once', async () => {
    const { here, there } = ledgers();
    const efforts = Array.from({ length: 40 }, (_, index) => new LedgerView(index % 2 ? here : there));
    const counts = await Promise.all(efforts.map((view) => countUp(view, 'shared')));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  test('never takes a record that was deleted and made again for the one it saw', async () => {
    const { here, there } = ledgers();
    const slow = new LedgerView(here);
    await countUp(slow, 'again');
    const key = counter('again').key;
    const version = (await there.read([key])).records[0]?.version;
    await there.commit([{ key, version, next: null }], there.nowMs(), []);
    await countUp(new LedgerView(there), 'again');
    expect(await countUp(slow, 'again')).toBe(2);
  });

  test('computes with a time that never runs back, also where a store that took over has a clock behind', async () => {
    const { here } = ledgers();
    const times: number[] = [];
    const note = (view: LedgerView) =>
      view.apply([counter('time')], ([count = 0], nowMs) => {
        times.push(nowMs);
        return { next: [{ record: count + 1 }], answer: undefined };
      });
    const aheadMs = here.nowMs() + 5_000;
    const key = counter('time').key;
    const ahead = { version: 'v1', changedAtMs: aheadMs, value: 1 };
    await here.commit([{ key, version: undefined, next: ahead, keptForMs: 60_000 }], here.nowMs(), []);
    await note(new LedgerView(here));
    expect(times.at(-1)).toBe(aheadMs);
  });
});

/** To a Redis whose clock is a test's, and whose answers are heard a while after they were given. */
class LateConnection extends RedisConnection {
  lateMs = 0;
  behindMs = 0;

  constructor(
    address: RedisAddress,
    private readonly clock: TestClock,
  ) {
    super({ address, log: createLog('silent'), commandTimeoutMs: 60_000 });
  }

  override async runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const answer = await super.runScript(lua, keys, args.with(3, this.clock.now() - this.behindMs));
    this.clock.advance(this.lateMs);
    return answer;
  }
}

function counting(store: LedgerStore): { readonly store: LedgerStore; readonly trips: () => number } {
  let trips = 0;
  const counted = new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (name === 'commit' || name === 'read') trips += 1;
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { store: counted, trips: () => trips };
}

describeLedgers('an effort that nobody disturbs', (ledgers) => {
  test('needs one round trip for each transition, also over several records', async () => {
    const { here } = ledgers();
    const { store, trips } = counting(here);
    const view = new LedgerView(store);
    for (let round = 1; round <= 5; round += 1) expect(await countUp(view, 'one', 'two')).toBe(round);
    expect(trips()).toBe(5);
  });
});

describeLedgers('a crowd at one record', (ledgers) => {
  test('asks the store a few times for each of its members, and all are served', async () => {
    const { here, there } = ledgers();
    const replicas = [counting(here), counting(there)] as const;
    const crowd = Array.from({ length: 300 }, (_, index) => countUp(new LedgerView(replicas[index % 2]!.store), 'hot'));
    const counts = await Promise.all(crowd);
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(replicas[0].trips() + replicas[1].trips()).toBeLessThan(300 * 6);
  });
});

describeLedgers('an answer that changes nothing', (ledgers) => {
  test('needs one round trip, also where the effort knew nothing before', async () => {
    const { here, there } = ledgers();
    await countUp(new LedgerView(there), 'one', 'two');
    const { store, trips } = counting(here);
    const specs = [counter('one'), counter('two')] as const;
    const sum = await new LedgerView(store).apply<[number, number], number>(specs, ([one = 0, two = 0]) => ({
      next: [{ record: one || undefined }, { record: two || undefined }],
      answer: one + two,
    }));
    expect(sum).toBe(2);
    expect(trips()).toBe(1);
  });
});

describeOnRedis('a ledger on Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test('counts as away where a later version wrote a record', async () => {
    const prefix = newPrefix();
    const opened = await openRedisLedger(redis.address, { prefix, clock: new TestClock() });
    const { ledger } = opened;
    const admin = redisClient(redis.url);
    await admin.set(`${prefix}ledger:call:{later}`, `${recordFormat + 1} v1 1 {"is":"of a later format"}`);
    admin.disconnect();
    await expect(ledger.read([{ kind: 'call', id: keyed('later') }])).rejects.toThrow(StoreUnavailable);
    await expect(countUp(new LedgerView(ledger), 'later')).rejects.toThrow(StoreUnavailable);
    await opened.close();
  });

  test.each([
    'a text of nobody',
    ...['v1 1 {"is":"cut', 'v1 ne.ver {}', 'v1 1'].map((rest) => `${recordFormat} ${rest}`),
  ])('counts as away where a record cannot be read, and leaves it as it is: %s', async (text) => {
    const prefix = newPrefix();
    const opened = await openRedisLedger(redis.address, { prefix, clock: new TestClock() });
    const admin = redisClient(redis.url);
    const name = `${prefix}ledger:call:{broken}`;
    await admin.set(name, text);
    await expect(opened.ledger.read([counter('broken').key])).rejects.toThrow(StoreUnavailable);
    await expect(countUp(new LedgerView(opened.ledger), 'broken')).rejects.toThrow(StoreUnavailable);
    expect(await admin.get(name)).toBe(text);
    admin.disconnect();
    await opened.close();
  });

  test('makes a change also where it may not tell of it, or its script was forgotten', async () => {
    const mute = await startRedis(['--user', 'default', 'on', 'nopass', '~*', '+@all', 'resetchannels']);
    const connection = new RedisConnection({
      address: { kind: 'server', url: mute.url },
      log: createLog('silent'),
      commandTimeoutMs: 60_000,
    });
    await new Promise<void>((resolve) => connection.onUp(resolve));
    const ledger = new RedisLedger(connection, { prefix: newPrefix(), clock: new TestClock() });
    const told = () =>
      new LedgerView(ledger).apply([counter('told')], ([count = 0]) => ({
        next: [{ record: count + 1, notifies: true }],
        answer: count + 1,
      }));
    expect(await told()).toBe(1);
    await connection.send((redis) => redis.script('FLUSH'));
    expect(await told()).toBe(2);
    await connection.close();
    await mute.close();
  });

  test('goes on in one round trip where answers are heard late, and follows a clock that is set back', async () => {
    const clock = new TestClock();
    const connection = new LateConnection(redis.address, clock);
    await new Promise<void>((resolve) => connection.onUp(resolve));
    const { store, trips } = counting(new RedisLedger(connection, { prefix: newPrefix(), clock }));
    const view = new LedgerView(store);
    await countUp(view, 'late');
    connection.lateMs = 300;
    for (let round = 2; round <= 5; round += 1) expect(await countUp(view, 'late')).toBe(round);
    // Only the first one had to be told the time.
    expect(trips()).toBe(6);
    connection.lateMs = 0;
    connection.behindMs = 3_600_000;
    for (let round = 6; round <= 9; round += 1) expect(await countUp(view, 'late')).toBe(round);
    expect(trips()).toBe(6 + 5);
    await connection.close();
  });

  test("keeps to Redis' own clock, of which it knows nothing at first", async () => {
    const clock = new TestClock();
    const opened = await openRedisLedger(redis.address, { prefix: newPrefix(), clock });
    const { ledger } = opened;
    const { store, trips } = counting(ledger);
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await new LedgerView(store).apply([counter(`fresh-${round}`)], (_records, nowMs) => {
        times.push(nowMs);
        return { next: [{ record: 1 }], answer: undefined };
      });
    }
    // The first one had to be told the time.
    expect(trips()).toBeGreaterThanOrEqual(4);
    const { nowMs } = await ledger.read([]);
    for (const time of times.slice(1)) expect(Math.abs(nowMs - time)).toBeLessThan(60_000);
    await opened.close();
  });
});
