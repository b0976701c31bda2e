import { expect, test } from '@jest/globals';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { TakenOver } from '../../src/calls/call-effort.js';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import { sleep } from '../../src/clock.js';
import { callSpec } from '../../src/ledger/call-record.js';
import type { Committed, LedgerStore, Write } from '../../src/ledger/ledger.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { claimOf, keyed, leaseOf, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { windowsOn } from '../ledger/windows-on.js';
import { TestClock } from '../support/test-clock.js';

/** Changes records one after another, as in a Cluster, and lets others do something in between. */
class DividedLedger extends MemoryLedger {
  between: () => Promise<unknown> = () => Promise.resolve();

  override async commit(writes: readonly Write[], nowMs: number, news: readonly string[]): Promise<Committed> {
    for (const [index, write] of writes.entries()) {
      if (index > 0) await this.between();
      const committed = await super.commit([write], nowMs, index === writes.length - 1 ? news : []);
      if (!committed.done) return { done: false, fresh: await this.read(writes.map(({ key }) => key)) };
    }
    return { done: true };
  }
}

const otherCall = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, allowRepeat: false, maxRepeats: 5 };

function ledgerWithCall(duplicateWindowMs = 60_000) {
  const clock = new TestClock();
  const store = new DividedLedger({ clock });
  const rules = { duplicateWindowMs, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
  const call = {
    key: keyed('call'),
    requestHash: question.requestHash,
    windowKey: keyed('number'),
    windowEntry: keyed('one call'),
    allowRepeat: false,
    deadlineAtMs: clock.monotonic() + 10_000,
    log: createLog('silent'),
  } as unknown as IntendedCall;
  return { clock, store, call, ledger: new CallLedger({ store, clock, log: createLog('silent'), rules }) };
}

test('a refused call frees its number, and tells who waits for it, also where another call enters it between the two steps', async () => {
  const { store, call, ledger } = ledgerWithCall();
  const other = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, maxRepeats: 5 };
  let timesTold = 0;
  await ledger.attempt(call, async (effort) => {
    expect(await effort.claim()).toMatchObject({ is: 'mine' });
    await effort.markSending(call.deadlineAtMs);
    effort.changed(() => (timesTold += 1));
    store.between = () => {
      store.between = () => Promise.resolve();
      return windowsOn(store).enter(call.windowKey, { ...other, allowRepeat: true });
    };
    expect(await effort.giveUp()).toBe(true);
  });
  expect(timesTold).toBe(1);
  await windowsOn(store).leave(call.windowKey, other);
  expect(await windowsOn(store).enter(call.windowKey, { ...other, allowRepeat: false })).toEqual({ entered: true });
});

test('a claim that is taken back, as another call entered its number between the two steps, tells who waits for it', async () => {
  const { store, call, ledger } = ledgerWithCall();
  const other = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, allowRepeat: true, maxRepeats: 5 };
  let timesTold = 0;
  await ledger.attempt(call, async (effort) => {
    effort.changed(() => (timesTold += 1));
    store.between = () => {
      store.between = () => Promise.resolve();
      return windowsOn(store).enter(call.windowKey, other);
    };
    await expect(effort.claim()).rejects.toMatchObject({ code: 'DUPLICATE_CALL' });
  });
  expect(await callsOn(store).look(call.key, question)).toEqual({ is: 'free' });
  expect(timesTold).toBe(1);
});

test('a claim that is refused, as another call entered its number before it was repeated, leaves no entry of its own', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  const other = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, maxRepeats: 5 };
  const commit = store.commit.bind(store);
  store.commit = async (...args) => {
    store.commit = commit;
    await commit(...args);
    await windowsOn(store).enter(call.windowKey, { ...other, allowRepeat: true });
    throw new StoreUnavailable();
  };
  await ledger.attempt(call, async (effort) => {
    await expect(clock.runUntil(effort.claim())).rejects.toMatchObject({ code: 'DUPLICATE_CALL' });
  });
  await windowsOn(store).leave(call.windowKey, other);
  expect(await windowsOn(store).enter(call.windowKey, { ...other, allowRepeat: false })).toEqual({ entered: true });
});

test('a placed call tells who waits for it also where another call enters its number between the steps', async () => {
  const { store, call, ledger } = ledgerWithCall();
  const other = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, allowRepeat: true, maxRepeats: 5 };
  let timesTold = 0;
  await ledger.attempt(
    { ...call, request: { InstanceId: 'instance', ContactFlowId: 'flow' } } as IntendedCall,
    async (effort) => {
      await effort.claim();
      effort.changed(() => (timesTold += 1));
      store.between = () => {
        store.between = () => Promise.resolve();
        return windowsOn(store).enter(call.windowKey, other);
      };
      expect(await effort.placed('contact')).toEqual({ contactId: 'contact', isFirst: true });
    },
  );
  expect(timesTold).toBe(1);
});

test('an effort that took over an unknown outcome keeps it also where the record is lost', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  const calls = callsOn(store);
  await calls.claim(call.key, claimOf('another effort'));
  await calls.markSending(call.key, leaseOf('another effort'));
  await calls.endLease(call.key, leaseOf('another effort'));
  clock.advance(3_000);
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    const sinceMs = effort.unknownSinceMs;
    expect(sinceMs).toBe(clock.monotonic() - 3_000);
    await loseRecord(store, call);
    await expect(effort.markSending(call.deadlineAtMs)).rejects.toThrow(TakenOver);
    expect(await effort.claim()).toMatchObject({ is: 'mine' });
    expect(effort.unknownSinceMs).toBe(sinceMs);
  });
});

test('a number stays blocked for its window after the last attempt, whose effort died: an attempt of another than the first', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  const enter = () => windowsOn(store).enter(call.windowKey, otherCall);
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    await effort.markSending(call.deadlineAtMs);
  });
  clock.advance(55_000);
  await ledger.attempt({ ...call, deadlineAtMs: clock.monotonic() + 10_000 }, async (effort) => {
    await effort.claim();
    await effort.markSending(clock.monotonic() + 5_000);
  });
  clock.advance(59_999);
  expect(await enter()).toMatchObject({ entered: false });
  clock.advance(5_001);
  expect(await enter()).toEqual({ entered: true });
});

test('a number stays blocked for its window after the last attempt, whose effort died: a window longer than calls are resent', async () => {
  const { clock, store, call, ledger } = ledgerWithCall(300_000);
  const enter = () => windowsOn(store).enter(call.windowKey, otherCall);
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    await effort.markSending(call.deadlineAtMs);
  });
  clock.advance(299_999);
  expect(await enter()).toMatchObject({ entered: false });
  clock.advance(5_001);
  expect(await enter()).toEqual({ entered: true });
});

/** As after a failover to a store that had not been told of the call yet. */
async function loseRecord(store: LedgerStore, call: IntendedCall): Promise<void> {
  const { key } = callSpec(call.key);
  const version = (await store.read([key])).records[0]?.version;
  await store.commit([{ key, version, next: null }], store.nowMs(), []);
}

test("an effort that may have placed its call says so also where its record is lost and the key is another request's by then", async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    await effort.markSending(call.deadlineAtMs);
    await effort.markUnknown(clock.monotonic());
    await loseRecord(store, call);
    await callsOn(store).claim(call.key, claimOf('another effort', { requestHash: keyed('another request') }));
    await expect(effort.markSending(call.deadlineAtMs)).rejects.toThrow(TakenOver);
    await expect(effort.claim()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false });
  });
  const other = { call: keyed('other call'), owner: 'its effort', holdMs: 1_000, allowRepeat: false, maxRepeats: 5 };
  expect(await windowsOn(store).enter(call.windowKey, other)).toMatchObject({ because: 'outcome unknown' });
});

test('an unknown outcome never lets another request with the same key past the window of its number', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    await effort.markSending(call.deadlineAtMs);
    await effort.markUnknown(clock.monotonic());
    await effort.giveUp();
  });
  await loseRecord(store, call);
  const another = {
    ...call,
    requestHash: keyed('another request'),
    windowKey: keyed('another number'),
    windowEntry: keyed('another call'),
  };
  await ledger.attempt(another, (effort) =>
    expect(effort.claim()).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' }),
  );
  await ledger.attempt(call, async (effort) => {
    expect(await effort.claim()).toMatchObject({ is: 'mine' });
    expect(effort.unknownSinceMs).toBe(clock.monotonic());
  });
});

test.each([
  ['goes on with its own memory', true, 0],
  ['waited for another effort until its deadline', false, 10_000],
])(
  'a claim of a caller that %s ends about by the deadline, though the store is silent for longer',
  async (_who, goesOn, askedAfterMs) => {
    const { clock, store, call } = ledgerWithCall();
    const rules = { duplicateWindowMs: 60_000, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
    const fallback = goesOn ? new MemoryLedger({ clock }) : undefined;
    const ledger = new CallLedger({ store, fallback, clock, log: createLog('silent'), rules });
    store.commit = async () => {
      // DATABASE_TIMEOUT_MS may be as much.
      await sleep(clock, 30_000);
      throw new StoreUnavailable();
    };
    clock.advance(askedAfterMs);
    const claimed = ledger.attempt(call, (effort) => effort.claim()).catch((error: unknown) => error);
    await clock.runUntil(claimed);
    expect(clock.monotonic() - call.deadlineAtMs).toBeLessThan(2_500);
  },
);

test('an effort whose caller is gone marks its call no more, though each mark takes longer than its lease allows', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    const commit = store.commit.bind(store);
    store.commit = async (writes, _nowMs, news) => {
      await sleep(clock, 2_050);
      const committed = await commit(writes, store.nowMs(), news);
      await sleep(clock, 2_050);
      return committed;
    };
    const marking = effort.markSending(call.deadlineAtMs).catch((error: unknown) => error);
    const longAfter = clock.wait(call.deadlineAtMs + 60_000 - clock.monotonic()).then(() => 'still marking');
    expect(await clock.runUntil(Promise.race([marking, longAfter]))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
