import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import { PlacedWrites } from '../../src/calls/placed-writes.js';
import { callTransitions } from '../../src/ledger/call-record.js';
import type { Committed, LedgerStore } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { keyed, placedAs, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { placementsOn, windowsOn } from '../ledger/windows-on.js';
import { TestClock } from '../support/test-clock.js';

const call = {
  key: keyed('call'),
  windowKey: keyed('number'),
  windowEntry: keyed('one call'),
  log: createLog('silent'),
} as unknown as IntendedCall;

/** A ledger that makes the first `lostAnswers` commits without saying so, and before them none at all of `failures`. */
class Unreliable extends MemoryLedger {
  constructor(
    clock: TestClock,
    private failures: number,
    private lostAnswers = 0,
  ) {
    super({ clock });
  }

  override async commit(...[writes, nowMs, ...rest]: Parameters<LedgerStore['commit']>): Promise<Committed> {
    if (this.failures-- > 0) throw new StoreUnavailable();
    const committed = await super.commit(writes, nowMs, ...rest);
    if (this.lostAnswers-- > 0) throw new StoreUnavailable();
    return committed;
  }
}

/** A ledger that never changes one record, as where a later version wrote it. */
class Choosy extends MemoryLedger {
  constructor(
    clock: TestClock,
    private readonly refused: string,
  ) {
    super({ clock });
  }

  override commit(...[writes, nowMs, ...rest]: Parameters<LedgerStore['commit']>): Promise<Committed> {
    if (writes.some(({ key }) => key.id === this.refused)) return Promise.reject(new StoreUnavailable());
    return super.commit(writes, nowMs, ...rest);
  }
}

function writesOver(makeStore: (clock: TestClock) => LedgerStore) {
  const clock = new TestClock();
  const store = makeStore(clock);
  let logged = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged += String(chunk);
      done();
    },
  });
  const rules = { duplicateWindowMs: 60_000, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
  const log = createLog('warn', sink);
  const writes = new PlacedWrites({ transitions: callTransitions, store, clock, rules });
  return { clock, store, writes, ofRequest: { ...call, log: log.child({ requestId: 'one' }) }, logged: () => logged };
}

test('what could not be written is written a second later, and again until it is', async () => {
  const { clock, store, writes } = writesOver((clock) => new Unreliable(clock, 2));
  expect(await writes.record(call, placedAs('contact-1'), new LedgerView(store))).toEqual({
    contactId: 'contact-1',
    isFirst: true,
  });
  expect(writes.queued(call.key)).toMatchObject({ contactId: 'contact-1' });
  for (let retry = 1; retry <= 2; retry += 1) {
    expect(await clock.runToNextTimer()).toBe(1_000);
  }
  await clock.whenQuiet();
  expect(await callsOn(store).look(call.key, question)).toMatchObject({
    is: 'placed',
    facts: { contactId: 'contact-1' },
  });
  expect(writes.queued(call.key)).toBeUndefined();
});

test('the log names a call that could not be written at once and each second, by its contact and by the request that placed it', async () => {
  const { clock, store, writes, ofRequest, logged } = writesOver((clock) => new Choosy(clock, call.key));
  const line = {
    msg: 'a placed call could not be recorded yet',
    contactId: 'contact-1',
    requestId: 'one',
    waiting: 1,
  };
  const lines = () =>
    logged()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as unknown);
  await writes.record(ofRequest, placedAs('contact-1'), new LedgerView(store));
  expect(lines()).toEqual([expect.objectContaining(line)]);
  await clock.runToNextTimer();
  await clock.whenQuiet();
  expect(lines()).toEqual([expect.objectContaining(line), expect.objectContaining(line)]);
});

test('what cannot be written does not keep back what was placed later', async () => {
  const { clock, store, writes } = writesOver((clock) => new Choosy(clock, call.key));
  const later = { ...call, key: keyed('later call'), windowEntry: keyed('later entry') };
  await writes.record(call, placedAs('contact-1'), new LedgerView(store));
  await writes.record(later, placedAs('contact-2'), new LedgerView(new Unreliable(clock, 1)));
  expect(writes.queued(later.key)).toMatchObject({ contactId: 'contact-2' });
  await clock.runToNextTimer();
  await clock.whenQuiet();
  expect(writes.queued(later.key)).toBeUndefined();
  expect(writes.queued(call.key)).toMatchObject({ contactId: 'contact-1' });
  expect(await clock.runToNextTimer()).toBe(1_000);
});

test('a write whose answer was lost is made once, and is no second contact', async () => {
  const { clock, store, writes, logged } = writesOver((clock) => new Unreliable(clock, 0, 1));
  await writes.record(call, placedAs('contact-1'), new LedgerView(store));
  await clock.runToNextTimer();
  await clock.whenQuiet();
  expect(writes.queued(call.key)).toBeUndefined();
  expect(logged()).toBe('');
});

test('the call, its placement and the rest of its number are recorded together', async () => {
  const { store, writes } = writesOver((clock) => new MemoryLedger({ clock }));
  await writes.record(call, placedAs('contact-1'), new LedgerView(store));
  expect(await callsOn(store).look(call.key, question)).toMatchObject({ is: 'placed' });
  expect(await placementsOn(store).find(['contact-1'])).toMatchObject([{ contactFlowId: 'flow' }]);
  const other = {
    call: keyed('another call'),
    owner: 'another effort',
    holdMs: 1_000,
    allowRepeat: false,
    maxRepeats: 5,
  };
  expect(await windowsOn(store).enter(call.windowKey, other)).toMatchObject({
    because: 'placed',
    retryAfterMs: 60_000,
    contactId: 'contact-1',
  });
});

test('a second contact of one call is an alarm, and the first one stays', async () => {
  const { store, writes, ofRequest, logged } = writesOver((clock) => new MemoryLedger({ clock }));
  await writes.record(ofRequest, placedAs('contact-1'), new LedgerView(store));
  expect(await writes.record(ofRequest, placedAs('contact-2'), new LedgerView(store))).toEqual({
    contactId: 'contact-1',
    isFirst: false,
  });
  expect(JSON.parse(logged())).toMatchObject({ msg: expect.stringContaining('ALARM') as unknown, requestId: 'one' });
});

test('a contact of another request with the key of a placed call is recorded as its own, in its own window', async () => {
  const { store, writes, ofRequest, logged } = writesOver((clock) => new MemoryLedger({ clock }));
  await writes.record(ofRequest, placedAs('contact-1'), new LedgerView(store));
  const other = { ...ofRequest, windowKey: keyed('other number'), windowEntry: keyed('other call') };
  const placed = { ...placedAs('contact-2'), requestHash: keyed('other request') };
  expect(await writes.record(other, placed, new LedgerView(store))).toEqual({ contactId: 'contact-2', isFirst: true });
  expect(await placementsOn(store).find(['contact-2'])).toMatchObject([{ contactFlowId: 'flow' }]);
  const next = { call: keyed('next call'), owner: 'next', holdMs: 1_000, allowRepeat: false, maxRepeats: 5 };
  expect(await windowsOn(store).enter(other.windowKey, next)).toMatchObject({ contactId: 'contact-2' });
  expect(logged()).toBe('');
});

/** Answers each commit when the test says so. */
class ByHand extends MemoryLedger {
  readonly waiting: ((isTaken: boolean) => void)[] = [];

  override async commit(...args: Parameters<LedgerStore['commit']>): ReturnType<LedgerStore['commit']> {
    const isTaken = await new Promise<boolean>((resolve) => this.waiting.push(resolve));
    if (!isTaken) throw new StoreUnavailable();
    return super.commit(...args);
  }
}

test('the queue is written by one round at a time, however often the store comes up and calls are added', async () => {
  let store: ByHand | undefined;
  const { clock, writes } = writesOver((clock) => (store = new ByHand({ clock })));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (const contactId of ['contact-1', 'contact-2']) {
    const recorded = writes.record(call, placedAs(contactId), new LedgerView(store!));
    store!.waiting.shift()!(false);
    await recorded;
  }
  await clock.runToNextTimer();
  await turn();
  // A further call while the round is under way plans the next one.
  const added = writes.record({ ...call, key: keyed('another') }, placedAs('contact-3'), new LedgerView(store!));
  store!.waiting.pop()!(false);
  await added;
  clock.advance(5_000);
  await turn();
  expect(store!.waiting).toHaveLength(1);
  for (let left = 20; left > 0 && writes.queued(call.key); left -= 1) {
    store!.waiting.splice(0).forEach((answer) => {
      answer(true);
    });
    await turn();
  }
  expect(writes.queued(call.key)).toBeUndefined();
});
