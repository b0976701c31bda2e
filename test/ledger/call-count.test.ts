import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFull, type CountLimit, type CountStep } from '../../src/ledger/call-count.js';
import type { LedgerStore, Stored } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { keyed } from './call-fixture.js';
import { describeLedgers, type Ledgers } from './ledgers.js';
import { afterStep, countedFor, stillCounting, type CountRecord } from './plain-counts.js';

const day = 86_400_000;
const keptForMs = 2 * day;
const id = keyed('count-of-a-number');
const limits: readonly CountLimit[] = [{ withinMs: day, max: 3 }];

const hold = (call: string, more: Partial<CountStep> = {}) =>
  ({ id, call: keyed(call), does: 'hold', holdMs: 30_000, limits, keptForMs, ...more }) as CountStep;
const count = (call: string, more: Partial<CountStep> = {}) =>
  ({ id, call: keyed(call), does: 'count', limits, keptForMs, ...more }) as CountStep;
const release = (call: string): CountStep => ({ id, call: keyed(call), does: 'release' });

/** True where the steps are made; how limits stand where they are not. */
async function step(ledger: LedgerStore, ...steps: readonly CountStep[]) {
  const committed = await ledger.commit([], ledger.nowMs(), [], { counts: steps });
  return committed.done || committed.fresh.counted;
}

const stored = (value: unknown): Stored => ({ version: 'v1', changedAtMs: 1, value });

const tests = (ledgers: () => Ledgers) => {
  test('admits as many calls as the limit says, on two replicas at once', async () => {
    const { here, there } = ledgers();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => step(index % 2 ? here : there, hold(`call-${index}`))),
    );
    expect(all.filter((one) => one === true)).toHaveLength(3);
    expect(all.find((one) => one !== true)).toEqual([[{ calls: 3, fewerAfterMs: 30_000 }]]);
  });

  test('counts a call once, and never against itself', async () => {
    const { here, there } = ledgers();
    for (const call of ['a', 'a', 'b', 'b', 'c', 'a']) expect(await step(here, hold(call))).toBe(true);
    for (const call of ['c', 'b', 'a', 'a']) expect(await step(there, count(call))).toBe(true);
    expect(await step(there, count('d'))).toEqual([[{ calls: 3, fewerAfterMs: day }]]);
  });

  test('forgets a call that was held and never dialed, and one that was provably not placed', async () => {
    const { here, clock } = ledgers();
    for (const call of ['a', 'b', 'c']) await step(here, hold(call));
    await step(here, count('a'));
    await step(here, release('b'));
    expect(await step(here, hold('d'))).toBe(true);
    expect(await step(here, hold('e'))).not.toBe(true);
    clock.advance(30_000);
    expect(await step(here, hold('e'))).toBe(true);
    expect(await step(here, hold('f'))).toBe(true);
    expect(await step(here, hold('g'))).toEqual([[{ calls: 3, fewerAfterMs: 30_000 }]]);
    await step(here, release('a'));
    expect(await step(here, hold('g'))).toBe(true);
  });

  test('counts over a window that rolls, whatever the calendar says', async () => {
    const { here, clock } = ledgers();
    await step(here, count('a'));
    clock.advance(day - 2_000);
    for (const call of ['b', 'c']) await step(here, count(call));
    expect(await step(here, count('d'))).toEqual([[{ calls: 3, fewerAfterMs: 2_000 }]]);
    clock.advance(2_000);
    expect(await step(here, count('d'))).toBe(true);
  });

  test('holds nothing of a call that was dialed', async () => {
    const { here, clock } = ledgers();
    await step(here, count('a'));
    await step(here, hold('a'));
    clock.advance(30_000);
    expect(await step(here, hold('b', { limits: [{ withinMs: day, max: 1 }] }))).toEqual([
      [{ calls: 1, fewerAfterMs: day - 30_000 }],
    ]);
  });

  test('holds a call for as long as one of its holds says', async () => {
    const { here, there, clock } = ledgers();
    const one = [{ withinMs: day, max: 1 }];
    await step(here, hold('a'));
    await step(there, hold('a', { holdMs: 5_000 }));
    clock.advance(29_000);
    expect(await step(there, hold('b', { limits: one }))).toEqual([[{ calls: 1, fewerAfterMs: 1_000 }]]);
    await step(here, hold('a'));
    expect(await step(there, hold('b', { limits: one }))).toEqual([[{ calls: 1, fewerAfterMs: 30_000 }]]);
  });

  test.each([
    ['dialed before', true],
    ['dialed after', false],
  ])('a step with a shorter window takes nothing from a longer one: %s', async (_title, isBefore) => {
    const { here, there, clock } = ledgers();
    const short = { limits: [{ withinMs: 60_000, max: 100 }], keptForMs: 60_000 };
    const long = { limits: [{ withinMs: day, max: 3 }], keptForMs: day };
    await step(here, count('a', long));
    clock.advance(120_000);
    if (isBefore) await step(here, count('b', long));
    await step(there, count('c', short));
    if (!isBefore) await step(here, count('b', long));
    clock.advance(3_600_000);
    for (const call of ['d', 'e']) await step(there, hold(call, short));
    clock.advance(60_000);
    expect(await step(here, hold('f', long))).toEqual([[{ calls: 3, fewerAfterMs: day - 3_780_000 }]]);
  });

  test('holds a call again that was dialed too long ago to count', async () => {
    const { here, there, clock } = ledgers();
    const minute = { limits: [{ withinMs: 60_000, max: 1 }], keptForMs: 60_000 };
    await step(here, count('a', minute));
    clock.advance(40_000);
    await step(here, count('b', { ...minute, limits: [] }));
    clock.advance(20_000);
    await step(here, release('b'));
    expect(await step(here, hold('a', minute))).toBe(true);
    expect(await step(there, hold('c', minute))).toEqual([[{ calls: 1, fewerAfterMs: 30_000 }]]);
  });

  test('a call that was held is kept where another one is dialed with a window that ends sooner', async () => {
    const { here, there, clock } = ledgers();
    await step(here, hold('a'));
    await step(there, count('b', { limits: [], keptForMs: 1_000 }));
    clock.advance(20_000);
    const one = hold('c', { limits: [{ withinMs: 1_000, max: 1 }], keptForMs: 1_000 });
    expect(await step(there, one)).toEqual([[{ calls: 1, fewerAfterMs: 10_000 }]]);
  });

  test('tells how every limit stands where one of them is reached', async () => {
    const { here } = ledgers();
    const two = [
      { withinMs: day, max: 1 },
      { withinMs: 3_600_000, max: 5 },
    ];
    const tenant = keyed('count-of-a-tenant');
    await step(here, count('a', { limits: two }), { ...count('a'), id: tenant });
    expect(await step(here, hold('b', { limits: two }), { ...hold('b'), id: tenant })).toEqual([
      [{ calls: 1, fewerAfterMs: day }, { calls: 1 }],
      [{ calls: 1 }],
    ]);
    expect(await step(here, hold('b', { limits: [{ withinMs: day, max: 0 }] }))).toEqual([[{ calls: 1 }]]);
  });

  test('changes records and counts together, or neither', async () => {
    const { here } = ledgers();
    const record = { kind: 'call', id: keyed('a-call') } as const;
    const write = { key: record, version: undefined, next: stored(1), keptForMs: 60_000 };
    const one = hold('a', { limits: [{ withinMs: day, max: 1 }] });
    expect(await here.commit([write], here.nowMs(), [], { counts: [one] })).toEqual({ done: true });
    // The count is full, and then the version is another one.
    const other = { ...write, key: { kind: 'call', id: keyed('other-call') } as const };
    const full = await here.commit([other], here.nowMs(), [], { counts: [{ ...one, call: keyed('b') }] });
    expect(full).toMatchObject({ done: false, fresh: { records: [undefined], counted: [[{ calls: 1 }]] } });
    expect((await here.read([other.key])).records).toEqual([undefined]);
    const old = await here.commit([write], here.nowMs(), [], { counts: [release('a')] });
    expect(old).toMatchObject({ done: false, fresh: { records: [stored(1)], counted: [[]] } });
    expect(await step(here, { ...one, call: keyed('b') })).not.toBe(true);
  });

  test('a transition is computed again with what is counted, and may refuse for it', async () => {
    const { here } = ledgers();
    for (const call of ['a', 'b', 'c']) await step(here, count(call));
    const spec = { key: { kind: 'call', id: keyed('a-call') } as const, keptForMs: () => 60_000 };
    const answers: unknown[] = [];
    const answer = await new LedgerView(here).apply<[string], unknown>([spec], ([record], _nowMs, { counted }) => {
      answers.push(counted);
      if (counted) return { next: [{ record }], answer: counted.standings };
      return { next: [{ record: 'claimed' }], counts: [hold('d')], answer: 'claimed' };
    });
    expect(answer).toEqual([[{ calls: 3, fewerAfterMs: day }]]);
    expect(answers).toHaveLength(2);
    expect((await here.read([spec.key])).records).toEqual([undefined]);
  });
};

describeLedgers('a ledger that counts calls', tests, { inClusters: false });

const calls = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const mostKeptMs = 3_600_000;
const someLimits = fc.array(
  fc.record({ withinMs: fc.integer({ min: 1, max: mostKeptMs }), max: fc.integer({ min: 0, max: 4 }) }),
  { maxLength: 3 },
);
const someStep = fc.oneof(
  fc.record({
    does: fc.constant('hold' as const),
    call: calls,
    // Redis drops a key by its own clock, which goes on while the test's stands: a hold lasts longer than a run.
    holdMs: fc.integer({ min: 60_000, max: 2_400_000 }),
    limits: someLimits,
  }),
  fc.record({ does: fc.constant('count' as const), call: calls, limits: someLimits }),
  fc.record({ does: fc.constant('release' as const), call: calls }),
  fc.record({ does: fc.constant('wait' as const), forMs: fc.integer({ min: 0, max: 2_400_000 }) }),
);

describeLedgers(
  'a ledger',
  (ledgers) => {
    test('counts as the plain rules say', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(someStep, { minLength: 5, maxLength: 25 }), async (steps) => {
          const { here, there, clock } = ledgers();
          const ofRun = keyed(`run-${(run += 1)}`);
          let record: CountRecord = new Map();
          for (const [index, one] of steps.entries()) {
            if (one.does === 'wait') {
              clock.advance(one.forMs);
              continue;
            }
            const made = { ...one, id: ofRun, call: keyed(one.call), keptForMs: mostKeptMs } as CountStep;
            const nowMs = clock.now();
            const counted = countedFor(record, made, nowMs);
            const full = isFull(made, counted);
            if (!full) record = afterStep(stillCounting(record, mostKeptMs, nowMs), made, nowMs);
            expect(await step(index % 2 ? here : there, made)).toEqual(full ? [counted] : true);
          }
        }),
        { numRuns: 25 },
      );
    });
  },
  { inClusters: false },
);
