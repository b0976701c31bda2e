import { expect, test } from '@jest/globals';
import { DoNotCallService } from '../../src/do-not-call/do-not-call.service.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { describeLedgers } from '../ledger/ledgers.js';
import { TestClock } from '../support/test-clock.js';

const list = 'own-dnc';
const numbers = Array.from({ length: 1_000 }, (_, index) => `+1206${5_550_000 + index}`);
const context = createRequestContext({
  requestId: 'one',
  caller: { subject: 'ann', tenant: 'acme', scopes: new Set(['dnc:manage']), expiresAtMs: Infinity },
  log: createLog('silent'),
  signal: new AbortController().signal,
});

const clock = new TestClock();
const serviceOn = (store: LedgerStore) =>
  new DoNotCallService({ store, clock, keys: ['a key of the tests'], listNames: () => [list] });
const add = (store: LedgerStore, phoneNumbers: string[]) =>
  clock.runUntil(serviceOn(store).add({ list, phoneNumbers }, context));

/** The store, which answers no commit more once it has answered so many. */
function failingAfter(store: LedgerStore, commits: number): LedgerStore {
  let left = commits;
  return {
    health: store.health,
    hasOwnClock: store.hasOwnClock,
    decisions: (call) => store.decisions(call),
    nowMs: () => store.nowMs(),
    read: (keys) => store.read(keys),
    changed: (id, listener) => store.changed(id, listener),
    commit: async (...args) => {
      left -= 1;
      if (left < 0) throw new StoreUnavailable();
      return store.commit(...args);
    },
  };
}

describeLedgers('1,000 numbers for a do-not-call list', (ledgers) => {
  test('are added once, however many replicas are asked at once, and removed once', async () => {
    const { here, there } = ledgers();
    const input = { list, phoneNumbers: numbers };
    const added = await Promise.all([add(here, numbers), add(there, numbers)]);
    expect(added[0] + added[1]).toBe(1_000);
    expect(await serviceOn(here).find({ list, phoneNumber: numbers[999]! })).toMatchObject({ by: 'ann' });
    const removed = await Promise.all([
      serviceOn(here).remove(input, context),
      serviceOn(there).remove(input, context),
    ]);
    expect(removed[0] + removed[1]).toBe(1_000);
    expect(await serviceOn(there).find({ list, phoneNumber: numbers[0]! })).toBeUndefined();
  });

  test('are added by asking again where the store goes away in the middle', async () => {
    const { here } = ledgers();
    const some = numbers.slice(0, 100);
    const refused = add(failingAfter(here, 40), some);
    await expect(refused).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    const addedThen = await add(here, some);
    expect(addedThen).toBeGreaterThan(0);
    expect(addedThen).toBeLessThan(100);
    expect(await add(here, some)).toBe(0);
  });
});

test('nothing is asked of a store that is away', async () => {
  const health = { isUp: false, onUp: () => () => undefined };
  const asked = () => {
    throw new Error('asked');
  };
  const store = { health, hasOwnClock: true };
  const away: LedgerStore = { ...store, nowMs: asked, read: asked, changed: asked, commit: asked, decisions: asked };
  const refused = add(away, numbers);
  await expect(refused).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfterMs: 1_000 });
});
