import { expect, test } from '@jest/globals';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { TakenOver } from '../../src/calls/call-effort.js';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import type { Committed, LedgerStore } from '../../src/ledger/ledger.js';
import { sleep } from '../../src/clock.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { claimOf, keyed, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { windowsOn } from '../ledger/windows-on.js';
import { TestClock } from '../support/test-clock.js';

/** Makes every commit, and for as long as it is `silent` does not say so. */
class Silent extends MemoryLedger {
  silent = false;
  /** Commits are held until it resolves. */
  held: Promise<void> = Promise.resolve();

  override async commit(...args: Parameters<LedgerStore['commit']>): Promise<Committed> {
    await this.held;
    const [writes, , ...rest] = args;
    const committed = await super.commit(writes, this.nowMs(), ...rest);
    if (this.silent) throw new StoreUnavailable();
    return committed;
  }
}

const rules = { duplicateWindowMs: 60_000, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };

function ledgerWithCall() {
  const clock = new TestClock();
  const store = new Silent({ clock });
  const call = {
    key: keyed('call'),
    requestHash: question.requestHash,
    windowKey: keyed('number'),
    windowEntry: keyed('one call'),
    allowRepeat: false,
    deadlineAtMs: clock.monotonic() + 3_000,
    log: createLog('silent'),
  } as unknown as IntendedCall;
  const isFree = async () => {
    const { is } = await callsOn(store).look(call.key, question);
    const other = { call: keyed('other call'), owner: 'other effort', holdMs: 1, allowRepeat: false, maxRepeats: 5 };
    const { entered } = await windowsOn(store).enter(call.windowKey, other);
    if (entered) await windowsOn(store).leave(call.windowKey, other);
    return is === 'free' && entered;
  };
  return { clock, store, call, isFree, ledger: new CallLedger({ store, clock, log: createLog('silent'), rules }) };
}

test('a call that was claimed without an answer, and given up, is free with its number once the store answers', async () => {
  const { clock, store, call, isFree, ledger } = ledgerWithCall();
  store.silent = true;
  await ledger.attempt(call, async (effort) => {
    await expect(clock.runUntil(effort.claim())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
  expect(clock.monotonic()).toBe(call.deadlineAtMs);
  store.silent = false;
  await clock.runToNextTimer();
  await clock.whenQuiet();
  expect(await isFree()).toBe(true);
});

test('a caller is answered at the deadline, whenever the store answers, and what it reserves later is released', async () => {
  const { clock, store, call, isFree, ledger } = ledgerWithCall();
  let letGo: () => void = () => undefined;
  store.held = new Promise((resolve) => (letGo = resolve));
  await ledger.attempt(call, async (effort) => {
    const claiming = expect(effort.claim()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    clock.advance(3_000);
    await claiming;
  });
  letGo();
  await clock.whenQuiet();
  expect(await isFree()).toBe(true);
});

test('a call that is given up while the store is away is free once it answers', async () => {
  const { clock, store, call, isFree, ledger } = ledgerWithCall();
  const commit = store.commit.bind(store);
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    await effort.markSending(call.deadlineAtMs);
    // Nothing is even made.
    store.commit = () => Promise.reject(new StoreUnavailable());
    expect(await effort.giveUp()).toBe(true);
  });
  clock.advance(4_000);
  await clock.whenQuiet();
  store.commit = commit;
  clock.advance(1_000);
  await clock.whenQuiet();
  expect(await isFree()).toBe(true);
});

test('what another effort took over meanwhile stays as it is', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  const commit = store.commit.bind(store);
  await ledger.attempt(call, async (effort) => {
    await effort.claim();
    store.commit = () => Promise.reject(new StoreUnavailable());
    await effort.giveUp();
  });
  clock.advance(5_000);
  await clock.whenQuiet();
  store.commit = commit;
  expect(await callsOn(store).claim(call.key, claimOf('another effort'))).toMatchObject({ is: 'mine' });
  clock.advance(1_000);
  await clock.whenQuiet();
  expect(await callsOn(store).look(call.key, question)).toMatchObject({ is: 'leased' });
});

test.each([
  ['has not begun', false],
  ['is under way', true],
])(
  'an effort that claims again what it gave up keeps it, also while it is sent, where its owed release %s',
  async (_when, isUnderWay) => {
    const { clock, store, call, isFree, ledger } = ledgerWithCall();
    const patient = { ...call, deadlineAtMs: clock.monotonic() + 30_000 };
    const commit = store.commit.bind(store);
    await ledger.attempt(patient, async (effort) => {
      await effort.claim();
      clock.advance(6_000);
      // Its lease is over, and nobody took the call.
      await expect(effort.markSending(patient.deadlineAtMs)).rejects.toThrow(TakenOver);
      store.commit = () => Promise.reject(new StoreUnavailable());
      await effort.giveUp();
      await clock.whenQuiet();
      store.commit = commit;
      let letGo: () => void = () => undefined;
      if (isUnderWay) {
        store.held = new Promise((resolve) => (letGo = resolve));
        clock.advance(1_000);
      }
      const claiming = effort.claim();
      letGo();
      expect(await claiming).toMatchObject({ is: 'mine' });
      await effort.markSending(patient.deadlineAtMs);
      clock.advance(2_000);
      await clock.whenQuiet();
      expect(await callsOn(store).look(call.key, question)).toMatchObject({ is: 'leased' });
      expect(await isFree()).toBe(false);
    });
  },
);

test('a release is no longer tried once what it would free has expired', async () => {
  const { clock, store, call, ledger } = ledgerWithCall();
  store.silent = true;
  await ledger.attempt(call, async (effort) => {
    await expect(clock.runUntil(effort.claim())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
  for (let second = 0; second < 70; second += 1) {
    clock.advance(1_000);
    await clock.whenQuiet();
  }
  let commits = 0;
  store.commit = () => {
    commits += 1;
    return Promise.reject(new StoreUnavailable());
  };
  clock.advance(10_000);
  await clock.whenQuiet();
  expect(commits).toBe(0);
});

test('a claim that arrives late, after its call was released, reserves nothing', async () => {
  const { clock, call } = ledgerWithCall();
  const store = new MemoryLedger({ clock });
  const ledger = new CallLedger({ store, clock, log: createLog('silent'), rules });
  const commit = store.commit.bind(store);
  const patient = { ...call, deadlineAtMs: clock.monotonic() + 10_000 };
  let late: Promise<unknown> = Promise.resolve();
  store.commit = async (...args) => {
    store.commit = commit;
    // On its way for 3 s, as after a lost packet; given up after 2 s.
    late = sleep(clock, 3_000).then(() => commit(...args));
    await sleep(clock, 2_000);
    throw new StoreUnavailable();
  };
  await ledger.attempt(patient, async (effort) => {
    expect(await clock.runUntil(effort.claim())).toMatchObject({ is: 'mine' });
    // Connect refused it for certain.
    expect(await effort.giveUp()).toBe(true);
  });
  await clock.runUntil(late);
  clock.advance(6_000);
  const other = { call: keyed('other call'), owner: 'other effort', holdMs: 1, allowRepeat: false, maxRepeats: 5 };
  expect(await windowsOn(store).enter(call.windowKey, other)).toEqual({ entered: true });
});
