import { expect, test } from '@jest/globals';
import {
  addEntry,
  doNotCallSpecs,
  entryIn,
  removeEntry,
  type DoNotCallEntry,
  type DoNotCallKeys,
} from '../../src/ledger/do-not-call.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';
import { describeLedgers } from './ledgers.js';

const keys: DoNotCallKeys = ['the-current-key-1'];
const rotated: DoNotCallKeys = ['the-next-key-2345', ...keys];
const number = '+12065550100';

interface Place {
  readonly keys?: DoNotCallKeys;
  readonly list?: string;
  readonly number?: string;
}

const specsOf = (place: Place) => doNotCallSpecs(place.keys ?? keys, place.list ?? 'own-dnc', place.number ?? number);

const add = (store: LedgerStore, more: Partial<DoNotCallEntry> = {}, place: Place = {}): Promise<boolean> => {
  const specs = specsOf(place);
  return new LedgerView(store).apply<readonly DoNotCallEntry[], boolean>(specs, (records, nowMs) =>
    addEntry(specs, records, { reason: 'asked us', by: 'ann', ...more }, nowMs),
  );
};

const remove = (store: LedgerStore, place: Place = {}): Promise<boolean> =>
  new LedgerView(store).apply<readonly DoNotCallEntry[], boolean>(specsOf(place), removeEntry);

async function find(store: LedgerStore, place: Place = {}): Promise<DoNotCallEntry | undefined> {
  const { nowMs, records } = await store.read(specsOf(place).map(({ key }) => key));
  return entryIn(
    records.map((stored) => stored?.value as DoNotCallEntry | undefined),
    nowMs,
  );
}

test('an entry has no name that tells its number, and another one in each list and of each key', () => {
  const ids = [specsOf({}), specsOf({ list: 'national' }), specsOf({ keys: ['another-key-6789'] })].map(
    ([{ key }]) => key.id,
  );
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
});

test('a number that is not the name of its phone is asked for by both', () => {
  expect(specsOf({}).map(({ isCurrent }) => isCurrent)).toEqual([true]);
  expect(specsOf({ number: '+5491123456789', keys: rotated }).map(({ isCurrent }) => isCurrent)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describeLedgers('a do-not-call list', (ledgers) => {
  test('has a number from then on, on all replicas, until it is removed', async () => {
    const { here, there, clock } = ledgers();
    const addedAtMs = clock.now();
    expect(await find(there)).toBeUndefined();
    expect(await add(here)).toBe(true);
    clock.advance(20 * 365 * 86_400_000);
    expect(await find(there)).toEqual({ reason: 'asked us', by: 'ann', addedAtMs });
    expect(await find(there, { list: 'national' })).toBeUndefined();
    expect(await remove(there)).toBe(true);
    expect(await remove(here)).toBe(false);
    expect(await find(here)).toBeUndefined();
  });

  test('has one entry where a number is added twice at once, which one of both has added', async () => {
    const { here, there } = ledgers();
    const added = await Promise.all(Array.from({ length: 10 }, (_, index) => add(index % 2 ? here : there)));
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  test('keeps when a number was first added, and takes over what is said of it later', async () => {
    const { here, there, clock } = ledgers();
    const addedAtMs = clock.now();
    await add(here);
    clock.advance(1_000);
    const expiresAtMs = clock.now() + 60_000;
    expect(await add(there, { by: 'bob' })).toBe(false);
    expect(await find(here)).toMatchObject({ by: 'ann' });
    expect(await add(there, { reason: 'a complaint', by: 'bob', expiresAtMs })).toBe(false);
    expect(await find(here)).toEqual({ reason: 'a complaint', by: 'bob', addedAtMs, expiresAtMs });
    expect(await add(there)).toBe(false);
    expect((await find(here))?.expiresAtMs).toBeUndefined();
  });

  test('has an entry until it expires by the clock of the store, and then as if it had never been', async () => {
    const { here, there, clock } = ledgers();
    await add(here, { expiresAtMs: clock.now() + 5_000 });
    clock.advance(4_999);
    expect(await find(there)).toBeDefined();
    clock.advance(1);
    expect(await find(there)).toBeUndefined();
    expect(await remove(there)).toBe(false);
    await add(here, { expiresAtMs: clock.now() + 5_000 });
    clock.advance(5_000);
    const addedAtMs = clock.now();
    expect(await add(there)).toBe(true);
    expect(await find(here)).toMatchObject({ addedAtMs });
  });

  test('takes all numbers that ring one phone for one', async () => {
    const { here, there } = ledgers();
    const [mobile, same] = ['+5491123456789', '+541123456789'];
    await add(here, {}, { number: mobile });
    expect(await find(there, { number: same })).toBeDefined();
    expect(await add(there, {}, { number: same })).toBe(false);
    expect(await remove(there, { number: mobile })).toBe(true);
    expect(await find(here, { number: same })).toBeUndefined();
  });

  test('still has what was added with a former key, and of a change and a removal on any key', async () => {
    const { here, there, clock } = ledgers();
    const addedAtMs = clock.now();
    await add(here);
    clock.advance(1_000);
    expect(await find(there, { keys: rotated })).toMatchObject({ addedAtMs });
    // Known now by the new key alone, and by the former one all the same.
    expect(await add(there, { expiresAtMs: clock.now() + 5_000 }, { keys: rotated })).toBe(false);
    expect(await find(there, { keys: [rotated[0]] })).toMatchObject({ addedAtMs });
    clock.advance(5_000);
    expect(await find(here)).toBeUndefined();
    expect(await find(here, { keys: rotated })).toBeUndefined();
    await add(here);
    expect(await remove(there, { keys: rotated })).toBe(true);
    expect(await find(here)).toBeUndefined();
    expect(await find(here, { keys: ['a-key-of-nobody-12'] })).toBeUndefined();
  });
});

test('memory keeps lists however many calls there are', async () => {
  const ledger = new MemoryLedger({ clock: new TestClock(), maxRecords: 3 });
  for (let index = 0; index < 10; index += 1) await add(ledger, {}, { number: `+1206555010${index}` });
  for (let call = 0; call < 10; call += 1) {
    const key = { kind: 'call', id: keyed(`call ${call}`) } as const;
    const next = { version: 'v1', changedAtMs: 1, value: call };
    await ledger.commit([{ key, version: undefined, next, keptForMs: 60_000 }], ledger.nowMs(), []);
  }
  for (let index = 0; index < 10; index += 1) {
    expect(await find(ledger, { number: `+1206555010${index}` })).toBeDefined();
  }
});
