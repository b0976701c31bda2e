import { expect, test } from '@jest/globals';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { LedgerView, type RecordSpec } from '../../src/ledger/ledger-view.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import {
  addPause,
  endPause,
  mostPausesOfOneScope,
  pauseIn,
  pausesSpec,
  type Pause,
  type PauseAsked,
  type PausesRecord,
} from '../../src/ledger/pauses.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';
import { describeLedgers } from './ledgers.js';

const asked: PauseAsked = { id: 'one', tenant: 'acme', reason: 'wrong list', by: 'ann' };

const pause = (store: LedgerStore, more: Partial<PauseAsked> = {}): Promise<Pause | undefined> =>
  new LedgerView(store).apply<[PausesRecord], Pause | undefined>([pausesSpec], ([record], nowMs) => {
    const { answer, ...next } = addPause(record, { ...asked, ...more }, nowMs);
    return { next: [next], answer };
  });

const resume = (store: LedgerStore, id: string): Promise<Pause | undefined> =>
  new LedgerView(store).apply<[PausesRecord], Pause | undefined>([pausesSpec], ([record]) => {
    const { answer, ...next } = endPause(record, id);
    return { next: [next], answer };
  });

const pausesOf = async (store: LedgerStore) => (await store.read([pausesSpec.key])).records[0]?.value;

test.each([
  [{}, true],
  [{ tenant: 'acme' }, true],
  [{ tenant: 'globex' }, false],
  [{ trafficType: 'CAMPAIGN' }, true],
  [{ trafficType: 'GENERAL' }, false],
  [{ tenant: 'acme', trafficType: 'CAMPAIGN' }, true],
  [{ tenant: 'globex', trafficType: 'CAMPAIGN' }, false],
])('a pause of %j holds a campaign call of acme: %s', (scope, holds) => {
  const record = [{ id: 'one', reason: 'why', by: 'ann', sinceMs: 1, ...scope }];
  expect(pauseIn(record, { tenant: 'acme', trafficType: 'CAMPAIGN' }) !== undefined).toBe(holds);
});

test('nothing holds a call where there is no record', () => {
  expect(pauseIn(undefined, { tenant: 'acme', trafficType: 'GENERAL' })).toBeUndefined();
});

describeLedgers('pauses', (ledgers) => {
  test('stand on all replicas until somebody resumes, however long that is', async () => {
    const { here, there, clock } = ledgers();
    const sinceMs = clock.now();
    expect(await pause(here)).toEqual({ ...asked, sinceMs });
    clock.advance(365 * 86_400_000);
    expect(await pausesOf(there)).toEqual([{ ...asked, sinceMs }]);
    expect(await resume(there, 'one')).toEqual({ ...asked, sinceMs });
    expect(await pausesOf(here)).toBeUndefined();
    expect(await resume(here, 'one')).toBeUndefined();
  });

  test('are one where the same is asked again, and several where the calls or the reason are others', async () => {
    const { here, there } = ledgers();
    const first = await pause(here);
    expect(await pause(there, { id: 'two', by: 'bob' })).toEqual(first);
    await pause(there, { id: 'three', reason: 'a complaint' });
    await pause(there, { id: 'four', trafficType: 'CAMPAIGN' });
    await pause(there, { id: 'five', tenant: undefined });
    expect(await pausesOf(here)).toMatchObject([{ id: 'one' }, { id: 'three' }, { id: 'four' }, { id: 'five' }]);
    await resume(here, 'one');
    expect(await pausesOf(there)).toMatchObject([{ id: 'three' }, { id: 'four' }, { id: 'five' }]);
  });

  test('are all there where two replicas pause and resume at once', async () => {
    const { here, there } = ledgers();
    await pause(here, { id: 'old', tenant: 'old' });
    const tenants = Array.from({ length: 20 }, (_, index) => `tenant ${index}`);
    const [ended, endedAgain] = await Promise.all([
      resume(here, 'old'),
      resume(there, 'old'),
      ...tenants.map((tenant, index) => pause(index % 2 ? here : there, { id: tenant, tenant })),
    ]);
    expect([ended, endedAgain].filter((one) => one !== undefined)).toHaveLength(1);
    const record = (await pausesOf(here)) as PausesRecord;
    expect(record.map(({ id }) => id).toSorted()).toEqual(tenants.toSorted());
  });

  test('of the same calls are bounded, which leaves those of others alone', async () => {
    const { here } = ledgers();
    for (let count = 0; count < mostPausesOfOneScope; count += 1) {
      expect(await pause(here, { id: `${count}`, reason: `reason ${count}` })).toBeDefined();
    }
    expect(await pause(here, { id: 'more', reason: 'more' })).toBeUndefined();
    expect(await pause(here, { id: 'again', reason: 'reason 3' })).toMatchObject({ id: '3' });
    expect(await pause(here, { id: 'other', tenant: 'globex' })).toBeDefined();
  });
});

describeLedgers(
  'a call that only reads the pauses',
  (ledgers) => {
    const call: RecordSpec<string> = { key: { kind: 'call', id: keyed('a-call') }, keptForMs: () => 60_000 };

    /** Marks the call as sent where nothing holds it; whether it is. */
    const send = (view: LedgerView, spec = call): Promise<boolean> =>
      view.apply<[string], boolean>(
        [spec],
        ([record], _nowMs, { read: [pauses] }) => {
          const call = { tenant: 'acme', trafficType: 'GENERAL' };
          const isHeld = pauseIn(pauses as PausesRecord | undefined, call) !== undefined;
          return { next: [{ record: isHeld ? record : 'sent' }], answer: !isHeld };
        },
        [pausesSpec.key],
      );

    const isSent = async (store: LedgerStore, { key } = call) => (await store.read([key])).records[0]?.value === 'sent';

    test('is computed anew where a pause commits first, and is not sent', async () => {
      const { here, there } = ledgers();
      const view = new LedgerView(here);
      await view.apply<[PausesRecord], boolean>([pausesSpec], ([record]) => ({ next: [{ record }], answer: true }));
      await pause(there);
      expect(await send(view)).toBe(false);
      expect(await isSent(there)).toBe(false);
    });

    test('is computed anew where a pause that it saw has ended, and is sent', async () => {
      const { here, there } = ledgers();
      await pause(there);
      const view = new LedgerView(here);
      expect(await send(view)).toBe(false);
      await resume(there, 'one');
      expect(await send(view)).toBe(true);
      expect(await isSent(there)).toBe(true);
    });

    test('is either sent before a pause that commits at once, or not at all', async () => {
      const { here, there } = ledgers();
      for (let round = 0; round < 20; round += 1) {
        const spec = { ...call, key: { kind: 'call', id: keyed(`call ${round}`) } as const };
        const pausing = pause(there).then(() => isSent(there, spec));
        const [sent, wasSentWhenPaused] = await Promise.all([send(new LedgerView(here), spec), pausing]);
        // What was sent was there when the pause was: nothing is sent after it.
        expect(wasSentWhenPaused).toBe(sent);
        await resume(there, 'one');
      }
    });

    test('does not wait for other calls while a pause of another tenant stands', async () => {
      const { here, there } = ledgers();
      await pause(there, { tenant: 'globex' });
      const began = new Set<string>();
      let underWay = 0;
      let mostAtOnce = 0;
      const watched: LedgerStore = {
        health: here.health,
        hasOwnClock: here.hasOwnClock,
        nowMs: () => here.nowMs(),
        read: (keys) => here.read(keys),
        changed: (id, listener) => here.changed(id, listener),
        decisions: (call) => here.decisions(call),
        // The first commit of each knows of no pause.
        commit: async (writes, ...more) => {
          const { id } = writes[0]!.key;
          if (!began.has(id)) {
            began.add(id);
            return here.commit(writes, ...more);
          }
          underWay += 1;
          mostAtOnce = Math.max(mostAtOnce, underWay);
          const committed = await here.commit(writes, ...more);
          underWay -= 1;
          return committed;
        },
      };
      const specs = Array.from({ length: 20 }, (_, index) => ({
        ...call,
        key: { kind: 'call', id: keyed(`call ${index}`) } as const,
      }));
      const sent = await Promise.all(specs.map((spec) => send(new LedgerView(watched), spec)));
      expect(sent.every(Boolean)).toBe(true);
      expect(mostAtOnce).toBeGreaterThan(1);
    });
  },
  { inClusters: false },
);

test('memory keeps pauses however many calls there are', async () => {
  const ledger = new MemoryLedger({ clock: new TestClock(), maxRecords: 3 });
  await pause(ledger);
  for (let call = 0; call < 10; call += 1) {
    const key = { kind: 'call', id: keyed(`call ${call}`) } as const;
    const next = { version: 'v1', changedAtMs: 1, value: call };
    await ledger.commit([{ key, version: undefined, next, keptForMs: 60_000 }], ledger.nowMs(), []);
  }
  expect(await pausesOf(ledger)).toMatchObject([{ id: 'one' }]);
});

test('memory tells the time of the machine, and goes on where that is set', () => {
  let machineMs = 5_000_000;
  const steady = new TestClock(1_000);
  const clock = { now: () => machineMs, monotonic: () => steady.monotonic(), after: steady.after.bind(steady) };
  const ledger = new MemoryLedger({ clock });
  steady.advance(10);
  machineMs -= 1_000_000;
  expect(ledger.nowMs()).toBe(5_000_010);
});
